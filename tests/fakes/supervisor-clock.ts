/** The supervisor's clock, moved by hand. Wall and steady time differ, so that mixing them up shows. */
import type { Clock } from '../../supervisor/ports/clock.ts';
import { FakeClock } from './clock.ts';

const WALL_OFFSET = 1_700_000_000_000;

export class FakeSupervisorClock implements Clock {
  readonly #steady = new FakeClock(1000);
  #wallOffset = WALL_OFFSET;
  #stalledFor = 0;

  now = () => {
    const mono = this.#steady.now() + this.#stalledFor;
    return { mono, wall: mono + this.#wallOffset };
  };
  after = (ms: number, run: () => void) => this.#steady.after(ms, run);
  advance = (ms: number): void => this.#steady.advance(ms);

  /** Time passes and no timer fires: the process, or the machine, stood still. */
  stall(ms: number): void {
    this.#stalledFor += ms;
  }

  /** Somebody sets the wall clock, or the machine has slept. */
  jump(ms: number): void {
    this.#wallOffset += ms;
  }
}
