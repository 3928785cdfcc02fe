/**
 * The wall clock against the steady one. They drift apart by milliseconds; seconds mean that somebody set the clock or
 * that the machine slept (the steady clock stands still meanwhile). Told once: the next look compares with the new time.
 */
import type { Clock } from '../ports/clock.ts';
import type { Probe } from './codes.ts';

const INTERVAL_MS = 10_000;
/** Time servers turn small errors in gently; what jumps further is an event. */
const JUMP_MS = 2000;

export function clockProbe(clock: Pick<Clock, 'now'>): Probe {
  let before: number | null = null;
  return {
    name: 'clock',
    intervalMs: INTERVAL_MS,
    async look() {
      const { wall, mono } = clock.now();
      const offset = wall - mono;
      const jump = before === null ? 0 : offset - before;
      before = offset;
      const hasJumped = Math.abs(jump) > JUMP_MS;
      const way = jump > 0 ? 'forward' : 'back';
      const detail = hasJumped
        ? `the wall clock moved ${way} by ${Math.round(Math.abs(jump) / 1000)} s`
        : 'the wall clock runs evenly';
      return [{ code: 'clock_wrong', target: null, state: hasJumped ? 'bad' : 'good', detail }];
    },
  };
}
