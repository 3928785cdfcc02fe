/**
 * One group's lane: its turns, one after the other. Event-driven: woken when a message of the group is stored.
 *
 *   idle ──wake, a message asks──▶ waiting for a slot ──▶ running ──ended──▶ idle (or the next turn)
 *                                        ▲                   └─failed─▶ backing off ─┐
 *                                        └──────────────────────────────────────────┘
 *
 * Invariants: at most one turn of a group runs; a message is part of a turn only once the agent has consumed it,
 * otherwise it opens the next one; when told to stop, an unfinished turn stays on record and is resumed at the next start.
 */
import type { Group } from '../store/groups.ts';
import type { Turn } from '../store/turns.ts';
import { Attempt, type AttemptDeps } from './attempt.ts';
import { judgeFailure } from './retry.ts';

export type LaneDeps = AttemptDeps & {
  /** Chats of this group, registered ones only. */
  groups(folder: string): readonly Group[];
};

export class Lane {
  #worker: Promise<void> | null = null;
  #attempt: Attempt | null = null;
  #unfinished: Turn | null = null;
  #stopping = false;
  #again = false;
  #endWait: () => void = () => undefined;

  constructor(
    readonly folder: string,
    readonly deps: LaneDeps,
  ) {}

  /** A turn that a former process left running: it comes first. */
  resume(turn: Turn): void {
    this.#unfinished = turn;
    this.wake();
  }

  /** A message of this group was stored: run a turn, or offer it to the one that runs. */
  wake(): void {
    if (this.#stopping) return;
    this.#attempt?.offerMore();
    this.#again = true;
    this.#worker ??= this.#work().finally(() => {
      this.#worker = null;
    });
  }

  get isRunning(): boolean {
    return this.#attempt !== null;
  }

  /** Takes no new turn. Resolves when the running one has ended or its agent is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#endWait();
    await this.#worker;
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopping) {
      this.#again = false;
      try {
        for (let next = await this.#next(); next; next = await this.#next())
          await this.#answer(next.group, next.turn);
      } catch (error) {
        // Only the store fails here. What is stored stays; the next message or start takes it up again.
        this.deps.log.error({ err: error, group: this.folder }, 'a turn stopped: the store failed');
      }
    }
  }

  async #next(): Promise<{ group: Group; turn: Turn } | null> {
    const left = this.#unfinished;
    this.#unfinished = null;
    for (const group of this.deps.groups(this.folder)) {
      if (this.#stopping) return null;
      if (left && left.jid !== group.jid) continue;
      const turn = left ?? (await this.deps.turnLog.openNext(group));
      if (turn) return { group, turn };
    }
    return left ? this.#next() : null;
  }

  async #answer(group: Group, turn: Turn): Promise<void> {
    const { turnLog, log, deliver, setWorking } = this.deps;
    for (;;) {
      const failure = await this.#try(group, turn);
      if (failure === null || this.#stopping) break;
      const verdict = judgeFailure(failure, turn.attempts);
      const about = { group: this.folder, turn: turn.id, attempts: turn.attempts, reason: failure };
      if (verdict.kind === 'give_up') {
        log.error(about, 'turn failed (Max retries reached, or no use in retrying): the chat is told');
        await turnLog.fail(turn, failure, failure);
        break;
      }
      log.warn({ ...about, afterMs: verdict.afterMs }, 'turn failed, retry');
      if (verdict.freshSession) await turnLog.forgetSession(turn);
      await this.#wait(verdict.afterMs);
      if (this.#stopping) break;
    }
    // The sign that the assistant works ends after its last reply, not before.
    void deliver(turn.jid).then(() => this.#attempt ?? setWorking(turn, false));
  }

  async #try(group: Group, turn: Turn) {
    this.#attempt = new Attempt(group, turn, this.deps);
    try {
      return await this.#attempt.make();
    } finally {
      this.#attempt = null;
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(ms, resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
