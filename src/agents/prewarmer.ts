/**
 * Starts agents ahead of their first question, slowly: one after the other, and none while a turn runs. Looks again
 * from time to time, since agents die with their engine and groups come and go.
 *
 * Invariants: at most one start is under way; after one that failed there is a long pause, so that a broken sandbox
 * or image does not keep the machine busy.
 */
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

export type PrewarmerOptions = {
  /** The group whose agent is to be started next; null when there is none, or this is not the time. */
  next(): string | null;
  /** @throws whatever keeps the agent from starting */
  warm(folder: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

/** What was left unanswered gets the machine first, milliseconds. */
const FIRST_LOOK_MS = 2000;
/** Claude Code needs a second of CPU to get warm: the next start does not stand in its way, milliseconds. */
const BETWEEN_MS = 2000;
/** How soon an agent that is gone is noticed, or that no turn runs any more, milliseconds. A look costs one small query. */
const LOOK_EVERY_MS = 60_000;
/** What could not be started is left alone for a while, milliseconds: each try costs seconds of CPU. */
const AFTER_FAILURE_MS = 5 * 60_000;

export class Prewarmer {
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(readonly options: PrewarmerOptions) {}

  start(): void {
    this.#lookAfter(FIRST_LOOK_MS);
  }

  /** Starts no more agents; one that is being started is its owner's to end. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #lookAfter(ms: number): void {
    if (!this.#stopped) this.#cancel = this.options.clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    const folder = this.options.next();
    if (folder === null) return this.#lookAfter(LOOK_EVERY_MS);
    try {
      await this.options.warm(folder);
      this.#lookAfter(BETWEEN_MS);
    } catch (error) {
      // The sandbox's state is a health component of its own; here nobody waits.
      this.options.log.debug({ group: folder, reason: (error as Error).message }, 'no agent started ahead');
      this.#lookAfter(AFTER_FAILURE_MS);
    }
  }
}
