/** A clock that moves only when told to. */
import type { Clock } from '../../src/clock.ts';

export class FakeClock implements Clock {
  #monotonic: number;
  /** What the wall clock shows more than it would without having been set. */
  #setBy = 0;
  #timers: Array<{ at: number; callback: () => void }> = [];

  constructor(start = 1_700_000_000_000) {
    this.#monotonic = start;
  }

  now = (): number => this.#monotonic + this.#setBy;
  monotonic = (): number => this.#monotonic;

  after = (ms: number, callback: () => void): (() => void) => {
    const timer = { at: this.#monotonic + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Somebody sets the wall clock, forward or back; no time passes. */
  set(byMs: number): void {
    this.#setBy += byMs;
  }

  /** The process dies: what waited for its time in it never comes. */
  dropTimers(): void {
    this.#timers = [];
  }

  /** How long until the first timer fires, milliseconds; null when none is set. */
  get untilTimer(): number | null {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next ? Math.max(0, next.at - this.#monotonic) : null;
  }

  /** Lets time pass; timers fire in their order, each at its own time. */
  advance(ms: number): void {
    const until = this.#monotonic + ms;
    for (let due = this.#next(until); due; due = this.#next(until)) {
      this.#monotonic = Math.max(this.#monotonic, due.at);
      this.#timers = this.#timers.filter((other) => other !== due);
      due.callback();
    }
    this.#monotonic = until;
  }

  #next(until: number) {
    return this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
