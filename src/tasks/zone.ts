/**
 * The wall clock of a time zone. A wall time is kept as the milliseconds that would be its instant in UTC, so that
 * calendar arithmetic is plain arithmetic.
 *
 * A wall time that does not exist (the clock was put forward over it) is read with the offset from before, and one
 * that comes twice means its first: RFC 5545, section 3.3.5.
 */

export const DAY_MS = 86_400_000;

/** Offsets from UTC, milliseconds, before and after whatever happens to the clocks around a day. */
export type Offsets = { before: number; after: number };

export class Zone {
  readonly #format: Intl.DateTimeFormat;

  /** @throws RangeError when there is no such zone */
  constructor(readonly name: string) {
    const two = '2-digit';
    const time = { hour: two, minute: two, second: two, hourCycle: 'h23' } as const;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      year: 'numeric',
      month: two,
      day: two,
      ...time,
    });
  }

  /** What a clock on the wall shows at an instant. */
  wallAt(instant: number): number {
    const parts = new Map<string, number>();
    for (const { type, value } of this.#format.formatToParts(instant)) parts.set(type, Number(value));
    const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return wall + (instant - Math.floor(instant / 1000) * 1000);
  }

  /** Offsets well before and well after a wall time: they differ when the clocks are changed in between. */
  offsetsAround(wall: number): Offsets {
    const offsetAt = (instant: number) => this.wallAt(instant) - instant;
    return { before: offsetAt(wall - 2 * DAY_MS), after: offsetAt(wall + 2 * DAY_MS) };
  }

  /** The instants at which the clock shows this, in order: one, two where it was put back, none where put forward. */
  instantsOf(wall: number, { before, after }: Offsets = this.offsetsAround(wall)): number[] {
    if (before === after) return [wall - before];
    const candidates = [wall - before, wall - after].sort((a, b) => a - b);
    return candidates.filter((instant) => this.wallAt(instant) === wall);
  }

  /** The one instant that is meant by a wall time. */
  instantOf(wall: number, offsets: Offsets = this.offsetsAround(wall)): number {
    return this.instantsOf(wall, offsets)[0] ?? wall - offsets.before;
  }
}
