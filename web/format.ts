/** Numbers and times as a person reads them. Pure; the words come from the catalogue. */

export type Unit = 'ms' | 's' | 'min' | 'h' | 'd';
export type WriteUnit = (amount: string, unit: Unit) => string;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in seconds, two units at most: `8 ms`, `3.2 s`, `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number, write: WriteUnit): string {
  if (seconds < 0.9995) return write(String(Math.max(0, Math.round(seconds * 1000))), 'ms');
  if (seconds < 9.95) return write(seconds.toFixed(1).replace(/\.0$/, ''), 's');
  const whole = Math.round(seconds);
  if (whole < MINUTE) return write(String(whole), 's');
  if (whole < HOUR) return pair(whole, [MINUTE, 'min'], [1, 's'], write);
  if (whole < DAY) return pair(whole, [HOUR, 'h'], [MINUTE, 'min'], write);
  return pair(whole, [DAY, 'd'], [HOUR, 'h'], write);
}

type Scale = [seconds: number, unit: Unit];

function pair(seconds: number, [big, bigUnit]: Scale, [small, smallUnit]: Scale, write: WriteUnit): string {
  const rest = Math.floor((seconds % big) / small);
  const first = write(String(Math.floor(seconds / big)), bigUnit);
  return rest === 0 ? first : `${first} ${write(String(rest), smallUnit)}`;
}

/** An age in milliseconds, one unit, rounded down: `42 s`, `3 min`, `2 h`, `3 d`. Never negative. */
export function formatAge(ms: number, write: WriteUnit): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < MINUTE) return write(String(seconds), 's');
  if (seconds < HOUR) return write(String(Math.floor(seconds / MINUTE)), 'min');
  if (seconds < DAY) return write(String(Math.floor(seconds / HOUR)), 'h');
  return write(String(Math.floor(seconds / DAY)), 'd');
}

/** Bytes in MiB, without decimals from 10 on. */
export function formatMebibytes(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return `${mebibytes < 10 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

/** Date and time to the second in the reader's zone. */
export function formatAbsolute(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}
