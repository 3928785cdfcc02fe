/**
 * When a cron expression comes next in a time zone. node-cron reads the expression and knows the calendar (last days,
 * nearest weekdays, n-th weekdays); which instants its times are is worked out here, because node-cron 4.6 counts
 * from the present only, leaves a day out whose time was skipped by the clock, takes the first of two equal times in
 * one zone and the second in another, and lets `*\/15 * * * *` rest for an hour when the clock is put back.
 *
 * Invariants: a time of day comes once a day, also where the clock shows it never or twice; an expression that runs
 * in every hour goes on through both of two equal hours.
 */
import { createTask, type ScheduledTask, validateDetailed } from 'node-cron';
import { DAY_MS, type Zone } from './zone.ts';

/** Longest way to the next 29 February that falls on a given weekday, across 2100, which has none: 40 years. */
const HORIZON_DAYS = 40 * 366;

const HOURS_A_DAY = 24;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** @returns what is wrong with an expression, for people; null when it is sound */
export function faultOfCron(expression: string): string | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 && !(fields.length === 1 && expression.trim().startsWith('@'))) {
    return `"${expression}" has ${fields.length} fields; cron takes five: minute hour day-of-month month day-of-week`;
  }
  const { valid, errors } = validateDetailed(expression);
  return valid ? null : errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
}

/**
 * @param after exclusive, wall-clock milliseconds
 * @returns null when it never comes, or not within 40 years
 */
export function nextCron(expression: string, after: number, zone: Zone): number | null {
  const { fields } = validateDetailed(expression);
  if (!fields) return null;
  const times = { hours: sorted(fields.hour), minutes: sorted(fields.minute) };
  // In UTC node-cron's clock never changes: there it tells only what the calendar says.
  const calendar = createTask(expression, () => undefined, { timezone: 'UTC' });
  try {
    const first = startOfDay(zone.wallAt(after)) - DAY_MS;
    for (let day = first; day < first + HORIZON_DAYS * DAY_MS; day += DAY_MS) {
      if (!fields.month.includes(new Date(day).getUTCMonth() + 1) || !isDue(calendar, day, times)) continue;
      const next = firstAfter(after, day, times, zone);
      if (next !== null) return next;
    }
    return null;
  } finally {
    void calendar.destroy(); // takes it out of node-cron's list; it was never started
  }
}

type Times = { hours: readonly number[]; minutes: readonly number[] };

function isDue(calendar: ScheduledTask, day: number, { hours, minutes }: Times): boolean {
  return calendar.match(new Date(day + (hours[0] ?? 0) * HOUR_MS + (minutes[0] ?? 0) * MINUTE_MS));
}

function firstAfter(after: number, day: number, { hours, minutes }: Times, zone: Zone): number | null {
  const offsets = zone.offsetsAround(day + DAY_MS / 2);
  const everyHour = hours.length === HOURS_A_DAY;
  let best: number | null = null;
  for (const hour of hours) {
    for (const minute of minutes) {
      const wall = day + hour * HOUR_MS + minute * MINUTE_MS;
      const instants = everyHour ? zone.instantsOf(wall, offsets) : [zone.instantOf(wall, offsets)];
      for (const instant of instants) {
        if (instant > after && (best === null || instant < best)) best = instant;
      }
    }
  }
  return best;
}

function startOfDay(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
