/**
 * The time by which a login ages: the wall clock, since that is what its expiry is written in, but never slower than
 * time itself since the login became known. A login does not live longer because the clock was put back.
 */
import type { Clock } from '../clock.ts';

export class LoginClock {
  #known = { id: '', wall: 0, steady: 0 };

  constructor(readonly clock: Pick<Clock, 'now' | 'monotonic'>) {}

  /** @param id of the login there is now; nothing changes while it is the same */
  follow(id: string): void {
    if (id === this.#known.id) return;
    this.#known = { id, wall: this.clock.now(), steady: this.clock.monotonic() };
  }

  /** Milliseconds since the epoch. @param wall what the wall clock says */
  at(wall = this.clock.now()): number {
    if (this.#known.id === '') return wall;
    return Math.max(wall, this.#known.wall + this.clock.monotonic() - this.#known.steady);
  }
}
