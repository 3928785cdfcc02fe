/**
 * One attempt at a turn: gets a slot and the group's agent, gives it the messages, takes in what it says, offers
 * it what comes meanwhile, and stops it when it works too long.
 */
import type { Logger } from 'pino';
import type { Agent, RunResult, TurnOrder, TurnWork } from '../agents/agent.ts';
import type { Agents } from '../agents/agents.ts';
import type { Address } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { Group } from '../store/groups.ts';
import type { StoredMessage } from '../store/journal.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import { formatPrompt, formatResumption } from './prompt.ts';
import type { FailureCode } from './retry.ts';
import { askingThread, selectForTurn } from './select.ts';
import type { Slots } from './slots.ts';
import type { TurnLog } from './turn-log.ts';

export type TurnRecord = {
  group: string;
  result: string;
  seconds: number;
  attempts: number;
  tokens: number;
  costUsd: number;
};

export type AttemptDeps = {
  store: Store;
  turnLog: TurnLog;
  agents: Pick<Agents, 'obtain' | 'release'>;
  slots: Slots;
  timeZone: string;
  /** A turn may take this long, milliseconds. */
  turnLimitMs: number;
  setWorking(address: Address, working: boolean): void;
  /** Sends what there is to send to a chat; resolves when nothing more can be sent now. */
  deliver(jid: string): Promise<void>;
  onRecord(record: TurnRecord): void;
  clock: Clock;
  log: Logger;
};

/** Time between TERM and KILL for an agent that took too long, milliseconds. */
const STOP_GRACE_MS = 3000;

type Result = RunResult | { kind: 'timeout' } | { kind: 'start_failed' };

export class Attempt {
  #agent: Agent | null = null;
  #offeredUpto: number;

  constructor(
    readonly group: Group,
    readonly turn: Turn,
    readonly deps: AttemptDeps,
  ) {
    this.#offeredUpto = turn.uptoSeq;
  }

  /**
   * @param isStopping asked after the wait for a slot: nothing is begun then
   * @returns why the attempt failed; null when the turn has ended, or was not begun
   */
  async make(isStopping: () => boolean): Promise<FailureCode | null> {
    const { turn, deps } = this;
    await deps.slots.acquire();
    try {
      if (isStopping()) return null;
      const started = deps.clock.monotonic();
      deps.setWorking(turn, true);
      const result = await this.#run();
      // What is on record counts: an agent may end its turn and die, or pass its limit, in the same moment.
      const failure = deps.store.turns.isRunning(turn.id) ? failureOf(result) : null;
      const seconds = (deps.clock.monotonic() - started) / 1000;
      const { folder, attempts } = turn;
      deps.onRecord({ group: folder, result: failure ?? 'answered', seconds, attempts, ...cost(result) });
      return failure;
    } finally {
      deps.slots.release();
    }
  }

  /** Offers what came in since, if some of it asks in this turn's thread. */
  offerMore(): void {
    const { journal } = this.deps.store;
    const { jid, id, thread } = this.turn;
    if (!this.#agent || journal.firstAsking(jid, this.#offeredUpto) === null) return;
    const messages = selectForTurn(journal.range(jid, this.#offeredUpto), thread);
    if (!askingThread(messages)) return;
    this.#offeredUpto = messages.at(-1)?.seq ?? this.#offeredUpto;
    this.#agent.offer(id, { messages: idsOf(messages), prompt: formatPrompt(messages, this.deps.timeZone) });
  }

  async #run(): Promise<Result> {
    const { turn, deps } = this;
    const order = this.#order();
    await deps.turnLog.countAttempt(turn);
    const agent = await this.#obtain();
    if (!agent) return { kind: 'start_failed' };
    deps.log.info({ group: turn.folder, turn: turn.id, attempt: turn.attempts }, 'Processing messages');
    let timedOut = false;
    const cancel = deps.clock.after(deps.turnLimitMs, () => {
      timedOut = true;
      deps.log.error({ group: turn.folder, turn: turn.id }, 'turn timed out; its agent container is stopped');
      void agent.kill(STOP_GRACE_MS);
    });
    try {
      const over = agent.run(order, (work) => this.#take(work));
      this.#agent = agent;
      this.offerMore();
      const result = await over;
      return timedOut ? { kind: 'timeout' } : result;
    } finally {
      cancel();
      this.#agent = null;
      deps.agents.release(turn.folder);
    }
  }

  async #obtain(): Promise<Agent | null> {
    const { turn, deps } = this;
    try {
      return await deps.agents.obtain(this.group);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      deps.log.error({ group: turn.folder, turn: turn.id, reason }, 'agent container failed to start');
      return null;
    }
  }

  async #take(work: TurnWork): Promise<void> {
    await this.deps.turnLog.take(this.turn, work, this.#offeredUpto);
    if (work.type !== 'consumed') void this.deps.deliver(this.turn.jid);
  }

  #order(): TurnOrder {
    const { turn, deps } = this;
    const messages = deps.store.journal.range(turn.jid, turn.fromSeq - 1, turn.uptoSeq);
    const prompt = formatPrompt(messages, deps.timeZone);
    const isRerun = turn.attempts > 0;
    return {
      context: { turn: turn.id, folder: turn.folder, jid: turn.jid, thread: turn.thread },
      input: {
        messages: idsOf(messages),
        prompt: isRerun ? formatResumption(prompt, deps.store.outbox.countFor(turn.id)) : prompt,
      },
      firstOrdinal: deps.store.outbox.lastOrdinal(turn.id) + 1,
      session: deps.store.turns.session(turn.folder),
    };
  }
}

/** On the link a message is named by its row. */
function idsOf(messages: readonly StoredMessage[]): string[] {
  return messages.map((message) => String(message.seq));
}

function failureOf(result: Result): FailureCode {
  switch (result.kind) {
    case 'timeout':
    case 'start_failed':
    case 'gone':
      return result.kind;
    case 'ended':
      return result.end.error?.code ?? 'other';
  }
}

function cost(result: Result): { tokens: number; costUsd: number } {
  const usage = result.kind === 'ended' ? result.end.usage : null;
  return { tokens: usage ? usage.inputTokens + usage.outputTokens : 0, costUsd: usage?.costUsd ?? 0 };
}
