/** Drives what has to be renewed in time: looks when something is due, and once a minute whatever was said. */
import type { Clock } from '../clock.ts';

export interface RefreshJob {
  /** When it wants to be asked next, milliseconds since the epoch; null: not before something else happens. */
  nextAt(): number | null;
  /** Does what is due at `now`, if anything; safe to call too early and too often. Never rejects. */
  refreshDue(now: number): Promise<void>;
}

/** Timers stand still while the machine sleeps, and wall clocks jump: neither may hide a due renewal for longer. */
const LOOK_MS = 60_000;

export class RefreshTimer {
  #cancel: (() => void) | null = null;
  #looking: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(
    readonly jobs: readonly RefreshJob[],
    readonly clock: Clock,
  ) {}

  /** Looks at once: what ran out while nothing ran is renewed first. */
  start(): void {
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
  }

  #look(): void {
    const now = this.clock.now();
    this.#looking = Promise.all(this.jobs.map((job) => job.refreshDue(now))).then(() => {
      if (!this.#stopped) this.#cancel = this.clock.after(this.#wait(), () => this.#look());
    });
  }

  #wait(): number {
    const now = this.clock.now();
    const next = this.jobs.map((job) => job.nextAt() ?? Number.POSITIVE_INFINITY);
    return Math.min(LOOK_MS, Math.max(0, Math.min(...next) - now));
  }
}
