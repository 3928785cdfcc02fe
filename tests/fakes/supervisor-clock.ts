/** The supervisor's clock, moved by hand. Wall and steady time differ, so that mixing them up shows. */
import type { Clock } from '../../supervisor/ports/clock.ts';
import { FakeClock } from './clock.ts';

const WALL_OFFSET = 1_700_000_000_000;

export class FakeSupervisorClock implements Clock {
  readonly #steady = new FakeClock(1000);
  #wallOffset = WALL_OFFSET;

  now = () => ({ mono: this.#steady.now(), wall: this.#steady.now() + this.#wallOffset });
  after = (ms: number, run: () => void) => this.#steady.after(ms, run);
  advance = (ms: number): void => this.#steady.advance(ms);

  /** Somebody sets the wall clock, or the machine has slept. */
  jump(ms: number): void {
    this.#wallOffset += ms;
  }
}
