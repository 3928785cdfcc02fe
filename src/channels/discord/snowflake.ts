/** Discord's ids: the upper bits are milliseconds since the first of 2015, so ids sort by time. Pure. */

/** Discord's reference: snowflakes. */
const EPOCH_MS = 1_420_070_400_000;
const TIME_SHIFT = 22n;

export function isSnowflake(text: string): boolean {
  return /^\d{15,20}$/.test(text);
}

/** The id at the beginning of one of ours, which may have more to it; null when there is none. */
export function snowflakeIn(id: string): string | null {
  return /^(\d{15,20})(?:-|$)/.exec(id)?.[1] ?? null;
}

/** The smallest id of a moment. @param at wall clock, milliseconds */
export function snowflakeAt(at: number): string {
  return String(BigInt(Math.max(0, Math.floor(at) - EPOCH_MS)) << TIME_SHIFT);
}

/** The wall clock, milliseconds, that an id carries. */
export function timeOf(id: string): number {
  return Number(BigInt(id) >> TIME_SHIFT) + EPOCH_MS;
}

/** For sorting, oldest first. */
export function compareIds(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
