/**
 * A clock that runs faster than the real one, for everything that takes it: half an hour passes in a minute or two.
 * What does not take it (sockets, the platforms' own client libraries, deadlines of requests) stays in real time.
 */
import type { Clock } from '../../src/clock.ts';

export class FastClock implements Clock {
  readonly #wallAtStart = Date.now();
  readonly #start = performance.now();

  /** @param rate its seconds in one real second */
  constructor(readonly rate: number) {}

  now = (): number => Math.floor(this.#wallAtStart + this.monotonic());
  monotonic = (): number => (performance.now() - this.#start) * this.rate;

  after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, Math.max(0, ms) / this.rate).unref();
    return () => clearTimeout(timer);
  };

  /** Resolves when the clock shows this, monotonic milliseconds. */
  until(at: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, at - this.monotonic()) / this.rate);
    });
  }
}
