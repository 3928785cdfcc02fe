/**
 * One timer for the next time that something is due by the wall clock.
 *
 * A timer of the system counts the machine's running time: when the wall clock is set, or the machine slept, it comes
 * at the wrong moment, and beyond 2³¹ ms it comes at once. So it is set for a minute at most and looks at the clock
 * again; nothing else is read then.
 */
import type { Clock } from '../clock.ts';

/** Longest time until a clock that was set is noticed, milliseconds. */
export const LOOK_AGAIN_MS = 60_000;

/** Time servers correct a clock by less than this without anybody noticing, milliseconds. */
const SET_BACK_MS = 1000;

export type AlarmOptions = {
  clock: Clock;
  onDue(): void;
  /** The wall clock was set back, `LOOK_AGAIN_MS` ago at most: times that were thought past come again. */
  onSetBack(): void;
};

export class Alarm {
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(readonly options: AlarmOptions) {}

  /** @param at wall-clock milliseconds; null when nothing is due. Replaces what was set before. */
  set(at: number | null): void {
    this.#cancel();
    if (at === null || this.#stopped) return;
    const { clock } = this.options;
    const armed = { wall: clock.now(), monotonic: clock.monotonic() };
    const wait = Math.min(Math.max(0, at - armed.wall), LOOK_AGAIN_MS);
    this.#cancel = clock.after(wait, () => {
      const elapsed = clock.monotonic() - armed.monotonic;
      if (clock.now() - armed.wall < elapsed - SET_BACK_MS) this.options.onSetBack();
      else if (clock.now() >= at) this.options.onDue();
      else this.set(at);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
