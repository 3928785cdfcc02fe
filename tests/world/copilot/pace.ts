/**
 * `--rate-limit N` of copilot-api 0.7.0, with or without `--wait`. True to it in this too: a request that has waited
 * counts from the time it came, and one whose client has left is passed on all the same.
 */
import type { Clock } from '../../../src/clock.ts';

export type PaceOptions = {
  /** Milliseconds between two requests; 0 for none. */
  everyMs: number;
  wait: boolean;
};

export class Pace {
  #last: number | null = null;

  constructor(
    readonly options: PaceOptions,
    readonly clock: Pick<Clock, 'monotonic' | 'after'>,
  ) {}

  /** @returns false when the request is refused with 429 */
  async pass(): Promise<boolean> {
    const now = this.clock.monotonic();
    const left = this.#last === null ? 0 : this.#last + this.options.everyMs - now;
    if (left <= 0) {
      this.#last = now;
      return true;
    }
    if (!this.options.wait) return false;
    await new Promise<void>((done) => this.clock.after(left, done));
    this.#last = now;
    return true;
  }
}
