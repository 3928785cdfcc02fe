/**
 * The real clock. Steady time starts at the wall time and then runs monotonic, so times written by a former
 * supervisor compare with ours; it never starts before what was saved, even if the wall clock was set back.
 */
import type { Clock } from './ports/clock.ts';

/** Longest delay a Node timer takes, milliseconds; the core is asked again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function steadyClock(notBefore: number): Clock {
  const offset = Math.max(Date.now(), notBefore) - performance.now();
  return {
    now: () => ({ mono: offset + performance.now(), wall: Date.now() }),
    after: (ms, run) => {
      // Timers have whole milliseconds and may come a little early: rounded up, a deadline has truly passed.
      const timer = setTimeout(run, Math.min(LONGEST_TIMER_MS, Math.ceil(ms)));
      return () => clearTimeout(timer);
    },
  };
}
