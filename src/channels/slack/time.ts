/** Slack's `ts`: seconds, a point, six digits; the id of a message in its chat. Pure. */

/** Microseconds; exact, as they stay below 2⁵³ for centuries. As text, two of them need not compare right. */
export function microsOf(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export function tsOfMicros(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** Whether an id is a message's; that of a command's question has more to it. */
export function isTs(id: string): boolean {
  return /^\d+\.\d+$/.test(id);
}

/** The time so many milliseconds earlier, not before 1970. */
export function earlier(ts: string, ms: number): string {
  return tsOfMicros(Math.max(0, microsOf(ts) - ms * 1000));
}

/** @param ms wall clock, milliseconds */
export function tsOfMs(ms: number): string {
  return tsOfMicros(Math.round(ms * 1000));
}

export function later(a: string, b: string): string {
  return isAfter(a, b) ? a : b;
}

export function isAfter(ts: string, than: string): boolean {
  return microsOf(ts) > microsOf(than);
}

/**
 * Slack sends an event up to six minutes after its message, when others were not acknowledged or came out of order.
 * What is younger than this, milliseconds, may still be on its way.
 */
export const OVERLAP_MS = 10 * 60_000;
