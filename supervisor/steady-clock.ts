/**
 * The real clock. Steady time begins where it is told (boot-anchor.ts) and then runs monotonic, so times written by a
 * former supervisor compare with ours.
 */
import type { Clock } from './ports/clock.ts';

/** Longest delay a Node timer takes, milliseconds; the core is asked again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @param startAt steady time of this moment, milliseconds */
export function steadyClock(startAt: number): Clock {
  const offset = startAt - performance.now();
  return {
    now: () => ({ mono: offset + performance.now(), wall: Date.now() }),
    after: (ms, run) => {
      // Timers have whole milliseconds and may come a little early: rounded up, a deadline has truly passed.
      const timer = setTimeout(run, Math.min(LONGEST_TIMER_MS, Math.ceil(ms)));
      return () => clearTimeout(timer);
    },
  };
}
