/**
 * Tells a chat once in a while that its turn is still worked on, and on what kind of thing, when it has heard nothing of
 * it for long. Each wait is twice the one before.
 *
 * Invariants: what was told is counted on record, so a later process goes on counting; the same write looks whether the
 * turn still runs, so nothing is told after its end. Nobody waits for a task: of those nothing is told.
 */
import type { Logger } from 'pino';
import type { Agent } from '../agents/agent.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { Turn } from '../store/turns.ts';
import type { TurnLog } from './turn-log.ts';

export type ProgressDeps = {
  store: Store;
  turnLog: TurnLog;
  /** A chat hears nothing for so long before it is told the first time, milliseconds; 0 = it never is. */
  progressAfterMs: number;
  /** Sends what there is to send to a chat; resolves when nothing more can be sent now. */
  deliver(jid: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

export class ProgressWatch {
  readonly #beganAt: number;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(
    readonly turn: Turn,
    readonly agent: Pick<Agent, 'doing'>,
    readonly deps: ProgressDeps,
  ) {
    this.#beganAt = deps.clock.now();
    if (deps.progressAfterMs > 0 && turn.task === null) this.#arm(this.#waitMs);
  }

  /** What is being told is still written if the turn runs on. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  get #waitMs(): number {
    const { progressAfterMs, store } = this.deps;
    return progressAfterMs * 2 ** store.outbox.reassurances(this.turn.id);
  }

  #arm(ms: number): void {
    if (this.#isStopped) return;
    const { clock, log } = this.deps;
    // The turn itself does not need it: where the store fails, the chat hears no more of this attempt.
    const giveUp = (error: Error) =>
      log.warn({ turn: this.turn.id, err: error }, 'no more words of progress');
    this.#cancel = clock.after(ms, () => void this.#look().catch(giveUp));
  }

  async #look(): Promise<void> {
    const { clock, store, turnLog, deliver } = this.deps;
    const { id, jid } = this.turn;
    const heardAt = Math.max(this.#beganAt, store.outbox.lastWordAt(id) ?? 0);
    const waitMs = this.#waitMs;
    const missingMs = waitMs - (clock.now() - heardAt);
    // No longer than a whole wait, also where the wall clock was set back.
    if (missingMs > 0) return this.#arm(Math.min(missingMs, waitMs));
    await turnLog.apply(this.turn, { type: 'quiet', doing: this.agent.doing });
    void deliver(jid);
    this.#arm(this.#waitMs);
  }
}
