/**
 * One attempt at a turn: gets a slot and the group's agent, gives it the messages, takes in what it says, offers
 * it what comes meanwhile, and stops it when it works too long.
 */
import type { Agent } from '../agents/agent.ts';
import type { Agents } from '../agents/agents.ts';
import { DiskRefusedError } from '../agents/disk/disk-watch.ts';
import type { TurnOrder, TurnWork } from '../agents/run.ts';
import type { Inbox, PromptFiles } from '../files/inbox.ts';
import { tellLightExchanges } from '../router/light-history.ts';
import type { Spent } from '../router/router.ts';
import type { Group } from '../store/groups.ts';
import type { StoredMessage } from '../store/journal.ts';
import type { Turn } from '../store/turns.ts';
import { type AttemptResult, failureOf, type NotStarted, spentOn } from './attempt-result.ts';
import { messagesInput, messagesOf, taskInput, taskOf } from './input.ts';
import { type ProgressDeps, ProgressWatch } from './progress.ts';
import { formatFullFolder, formatResumption } from './prompt.ts';
import type { FailureCode } from './retry.ts';
import { selectForTurn, splitAtQuestions } from './select.ts';
import type { Slots } from './slots.ts';

export type TurnRecord = {
  group: string;
  turn: string;
  /** The scheduled task it was for; null when people asked. */
  task: string | null;
  result: string;
  seconds: number;
  attempts: number;
  tokens: number;
  costUsd: number;
};

export type AttemptDeps = ProgressDeps & {
  agents: Pick<Agents, 'obtain' | 'release' | 'isLive' | 'diskExcess'>;
  slots: Slots;
  inbox: Pick<Inbox, 'fetch'>;
  timeZone: string;
  /** A turn may take this long, milliseconds. */
  turnLimitMs: number;
  /** A shorter limit of one group, if it has one. */
  turnLimitOf?(folder: string): number | null;
  setWorking(turn: Turn, working: boolean): void;
  onRecord(record: TurnRecord): void;
};

/** Time between TERM and KILL for an agent that took too long, milliseconds. */
const STOP_GRACE_MS = 3000;

export class Attempt {
  /** When it got its slot, monotonic milliseconds; null while it waits for one. */
  startedAt: number | null = null;
  #agent: Agent | null = null;
  #offeredUpto: number;
  #offering: Promise<void> = Promise.resolve();
  /** What the agent has spent on it. */
  spent: Spent = { tokens: 0, costUsd: 0 };
  readonly #stop = new AbortController();

  constructor(
    readonly group: Group,
    readonly turn: Turn,
    readonly deps: AttemptDeps,
    /** Called inside the write that ends the attempt. */
    readonly noteSpent: (spent: Spent) => void,
  ) {
    this.#offeredUpto = turn.uptoSeq;
  }

  /**
   * @param isStopping asked after the wait for a slot: nothing is begun then
   * @returns why the attempt failed; null when the turn has ended, or was not begun
   */
  async make(isStopping: () => boolean): Promise<FailureCode | null> {
    const { turn, deps } = this;
    // Before there is a slot: what comes slowly keeps no other group waiting.
    const files = await this.#files();
    if (!files || !(await deps.slots.acquire(turn.task ? 'task' : 'message', this.#stop.signal))) return null;
    try {
      if (isStopping()) return null;
      const started = deps.clock.monotonic();
      this.startedAt = started;
      // Nobody waits for a task, and it may have nothing to say.
      if (!turn.task) deps.setWorking(turn, true);
      const result = await this.#run(files);
      // What is on record counts: an agent may end its turn and die, or pass its limit, in the same moment.
      const failure = deps.store.turns.isRunning(turn.id) ? failureOf(result) : null;
      const seconds = (deps.clock.monotonic() - started) / 1000;
      const { id, folder: group, attempts } = turn;
      const task = taskOf(turn, deps.store)?.id ?? null;
      this.spent = spentOn(result.kind === 'ended' ? result.end : null);
      deps.onRecord({
        group,
        turn: id,
        task,
        result: failure ?? 'answered',
        seconds,
        attempts,
        ...this.spent,
      });
      return failure;
    } finally {
      deps.slots.release();
    }
  }

  /** How long its agent may work, milliseconds. */
  get limitMs(): number {
    const { turnLimitMs, turnLimitOf } = this.deps;
    return Math.min(turnLimitMs, turnLimitOf?.(this.turn.folder) ?? turnLimitMs);
  }

  /** A person wants the turn ended: one that waits is not begun, one that runs is interrupted. */
  stop(): void {
    this.#stop.abort();
    this.#agent?.interrupt(this.turn.id);
  }

  /** Begins nothing any more; what runs goes on. */
  leave(): void {
    if (!this.#agent) this.#stop.abort();
  }

  /** Offers what came in since, if some of it asks in this turn's thread. A task takes no messages. */
  offerMore(): void {
    if (this.turn.task) return;
    const { journal } = this.deps.store;
    const { jid, thread } = this.turn;
    if (!this.#agent || journal.firstAsking(jid, this.#offeredUpto) === null) return;
    for (const messages of splitAtQuestions(selectForTurn(journal.range(jid, this.#offeredUpto), thread))) {
      this.#offeredUpto = messages.at(-1)?.seq ?? this.#offeredUpto;
      // One after the other: files take their time, and the order must stay.
      this.#offering = this.#offering.then(() => this.#offer(messages));
    }
  }

  async #offer(messages: readonly StoredMessage[]): Promise<void> {
    const { folder, jid, id } = this.turn;
    const files = await this.deps.inbox.fetch(folder, jid, messages);
    const input = messagesInput(messages, files, this.deps);
    if (input) this.#agent?.offer(id, input);
  }

  async #run(files: PromptFiles): Promise<AttemptResult> {
    const { turn, deps } = this;
    const order = this.#order(files);
    await deps.turnLog.countAttempt(turn);
    if (!order) {
      await deps.turnLog.apply(turn, { type: 'stop_asked', reason: 'withdrawn' });
      return { kind: 'not_begun' };
    }
    const agent = await this.#obtain();
    if ('code' in agent) return agent;
    if (this.#stop.signal.aborted) {
      deps.agents.release(turn.folder);
      return { kind: 'not_begun' };
    }
    deps.log.info({ group: turn.folder, turn: turn.id, attempt: turn.attempts }, 'Processing messages');
    const cancel = deps.clock.after(this.limitMs, () => {
      deps.log.error({ group: turn.folder, turn: turn.id }, 'turn timed out; its agent container is stopped');
      void agent.kill(STOP_GRACE_MS, 'timeout');
    });
    const progress = new ProgressWatch(turn, agent, deps);
    try {
      const over = agent.run(order, (work) => this.#take(work));
      this.#agent = agent;
      if (deps.turnLog.stopReason(turn) !== null) this.stop();
      else this.offerMore();
      return await over;
    } finally {
      cancel();
      progress.stop();
      this.#agent = null;
      deps.agents.release(turn.folder);
    }
  }

  async #obtain(): Promise<Agent | NotStarted> {
    const { turn, deps } = this;
    try {
      return await deps.agents.obtain(this.group);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      deps.log.error({ group: turn.folder, turn: turn.id, reason }, 'agent container failed to start');
      return { kind: 'not_started', code: error instanceof DiskRefusedError ? error.code : 'start_failed' };
    }
  }

  async #take(work: TurnWork): Promise<void> {
    const note = work.type === 'end' ? () => this.noteSpent(spentOn(work)) : undefined;
    await this.deps.turnLog.take(this.turn, work, this.#offeredUpto, note);
    if (work.type !== 'consumed') void this.deps.deliver(this.turn.jid);
  }

  /** Files of the turn's messages; null when nobody wants it begun any more before they are there. */
  async #files(): Promise<PromptFiles | null> {
    const { turn, deps } = this;
    if (turn.task) return new Map();
    const { signal } = this.#stop;
    const stopped = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    return Promise.race([deps.inbox.fetch(turn.folder, turn.jid, messagesOf(turn, deps.store)), stopped]);
  }

  /** @returns null when nothing is left to ask: all of it was deleted */
  #order(files: PromptFiles): TurnOrder | null {
    const { turn, deps } = this;
    const input = turn.task
      ? taskInput(turn, this.group, deps)
      : messagesInput(messagesOf(turn, deps.store), files, deps);
    if (!input) return null;
    const isRerun = turn.attempts > 0;
    const asked = isRerun
      ? formatResumption(input.prompt, deps.store.outbox.bodiesOf(turn.id))
      : input.prompt;
    // An isolated session knows nothing of the group's conversation.
    const before = turn.task?.isolated ? '' : tellLightExchanges(deps.store, turn.folder, deps.timeZone);
    const excess = deps.agents.diskExcess(turn.folder);
    const prompt = excess ? formatFullFolder(asked, excess) : asked;
    return {
      context: { turn: turn.id, folder: turn.folder, jid: turn.jid, thread: turn.thread },
      input: { messages: input.messages, prompt: before + prompt },
      firstOrdinal: deps.store.outbox.lastOrdinal(turn.id) + 1,
      session: deps.store.turns.sessionOf(turn),
    };
  }
}
