/** Time as a port: what decides by it can be tested without waiting. */

export interface Clock {
  /** Wall clock, milliseconds since the epoch: for what is written down. */
  now(): number;
  /** Milliseconds that only rise, for durations; stands still while the machine sleeps. */
  monotonic(): number;
  /** Calls back once after `ms`; the returned function takes that back. Doesn't keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** `setTimeout` fires at once for delays of 2³¹ ms or more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), LONGEST_TIMER_MS)).unref();
    return () => clearTimeout(timer);
  },
};
