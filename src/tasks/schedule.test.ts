import { getTasks } from 'node-cron';
import { describe, expect, it } from 'vitest';
import { nextRun, readSchedule, type ScheduleRecord } from './schedule.ts';

const NEW_YORK = 'America/New_York';
const BERLIN = 'Europe/Berlin';
const SEOUL = 'Asia/Seoul';

const cron = (value: string, timeZone: string): ScheduleRecord => ({ type: 'cron', value, timeZone });

function runs(schedule: ScheduleRecord, after: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count) {
    at = nextRun(schedule, at, Date.parse(after));
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

/** A thousand days take a second; a busy machine may need many. */
const SLOW_MS = 60_000;

describe('a cron schedule', () => {
  it.each([
    [
      'a time that the clock skips comes an hour later that day',
      NEW_YORK,
      '30 2 * * *',
      '2026-03-07T12:00Z',
      ['2026-03-08T07:30Z', '2026-03-09T06:30Z'],
    ],
    [
      'the same in Berlin',
      BERLIN,
      '30 2 * * *',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:30Z', '2026-03-30T00:30Z'],
    ],
    [
      'a time that the clock shows twice comes at its first',
      NEW_YORK,
      '30 1 * * *',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'the same in Berlin, where node-cron takes the second',
      BERLIN,
      '30 2 * * *',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'asked between the two, it does not come again',
      NEW_YORK,
      '30 1 * * *',
      '2026-11-01T05:45Z',
      ['2026-11-02T06:30Z'],
    ],
    [
      'every quarter of an hour goes on through the hour that comes twice',
      NEW_YORK,
      '*/15 * * * *',
      '2026-11-01T05:40Z',
      ['2026-11-01T05:45Z', '2026-11-01T06:00Z', '2026-11-01T06:15Z', '2026-11-01T06:30Z'],
    ],
    [
      'and over the hour that is skipped',
      NEW_YORK,
      '*/15 * * * *',
      '2026-03-08T06:40Z',
      ['2026-03-08T06:45Z', '2026-03-08T07:00Z', '2026-03-08T07:15Z'],
    ],
    [
      'a skipped time that falls on another one comes once',
      NEW_YORK,
      '30 2,3 * * *',
      '2026-03-08T06:00Z',
      ['2026-03-08T07:30Z', '2026-03-09T06:30Z'],
    ],
    [
      'nine in Seoul is midnight in UTC all the year',
      SEOUL,
      '0 9 * * *',
      '2026-03-07T23:59Z',
      ['2026-03-08T00:00Z', '2026-03-09T00:00Z'],
    ],
    ['working days', SEOUL, '0 9 * * 1-5', '2026-11-19T12:00Z', ['2026-11-20T00:00Z', '2026-11-23T00:00Z']],
    [
      'the 31st leaves short months out',
      'UTC',
      '0 0 31 * *',
      '2026-01-31T00:00Z',
      ['2026-03-31T00:00Z', '2026-05-31T00:00Z'],
    ],
    [
      'the last day of each month',
      'UTC',
      '0 0 L * *',
      '2028-01-31T00:00Z',
      ['2028-02-29T00:00Z', '2028-03-31T00:00Z'],
    ],
    ['a leap day', SEOUL, '0 12 29 2 *', '2026-01-01T00:00Z', ['2028-02-29T03:00Z', '2032-02-29T03:00Z']],
    [
      'a leap day across a century that has none',
      'UTC',
      '0 0 29 2 *',
      '2096-02-29T00:00Z',
      ['2104-02-29T00:00Z'],
    ],
    [
      'the second Monday',
      'UTC',
      '0 8 * * 1#2',
      '2026-11-01T00:00Z',
      ['2026-11-09T08:00Z', '2026-12-14T08:00Z'],
    ],
    [
      'half an hour of summer time',
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-03T00:00Z',
      ['2026-10-03T15:45Z', '2026-10-04T15:15Z'],
    ],
    [
      'a midnight that does not exist',
      'America/Santiago',
      '0 0 * * *',
      '2026-09-05T12:00Z',
      ['2026-09-06T04:00Z', '2026-09-07T03:00Z'],
    ],
    ['@daily', SEOUL, '@daily', '2026-11-21T00:00Z', ['2026-11-21T15:00Z']],
  ])('%s', (_what, zone, value, after, expected) => {
    expect(runs(cron(value, zone), after, expected.length)).toEqual(expected);
  });

  it.each([NEW_YORK, BERLIN, SEOUL])(
    'comes once on each of 1000 days in %s, whatever the clock does',
    (zone) => {
      const schedule = cron('30 2 * * *', zone);
      const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
      const days = runs(schedule, '2026-01-01T00:00Z', 1000).map((at) => local.format(new Date(at)));
      expect(new Set(days).size).toBe(1000);
      const [first, last] = [Date.parse(days[0] ?? ''), Date.parse(days.at(-1) ?? '')];
      expect((last - first) / 86_400_000).toBe(999);
    },
    SLOW_MS,
  );

  it('leaves nothing behind in node-cron', () => {
    nextRun(cron('0 9 * * *', SEOUL), 0, 0);
    expect(getTasks().size).toBe(0);
  });
});

it('an interval keeps its beat, however late it is asked', () => {
  const schedule: ScheduleRecord = { type: 'interval', value: '60000', timeZone: 'UTC' };
  const asked = [0, 1, 59_999, 60_000, 60_001, 3_600_123, -1].map((after) => nextRun(schedule, after, 0));
  expect(asked).toEqual([60_000, 60_000, 60_000, 120_000, 120_000, 3_660_000, 0]);
});

it('a time on the wall is read in the task’s zone, one with an offset as it is', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const value = (text: string, timeZone: string) =>
    readSchedule({ type: 'once', value: text, timeZone }, now).value;
  expect(value('2026-03-01T09:00:00', SEOUL)).toBe('2026-03-01T00:00:00.000Z');
  expect(value('2026-03-01 09:00:00', NEW_YORK)).toBe('2026-03-01T14:00:00.000Z');
  expect(value('2026-03-01T09:00:00+02:00', SEOUL)).toBe('2026-03-01T07:00:00.000Z');
});

it.each([
  ['cron', '61 * * * *', SEOUL, /minute/],
  ['cron', '* * * * * *', SEOUL, /five/],
  ['cron', 'every day', SEOUL, /five/],
  ['cron', '0 0 31 2 *', SEOUL, /impossible|never/],
  ['cron', '0 9 * * *', 'Mars/Olympus', /time zone/],
  ['interval', '5000', SEOUL, /60000/],
  ['interval', 'often', SEOUL, /milliseconds/],
  ['once', '2020-01-01T00:00:00Z', SEOUL, /past/],
  ['once', 'tomorrow', SEOUL, /ISO/],
] as const)('refuses %s "%s" in %s with a reason', (type, value, timeZone, reason) => {
  expect(() => readSchedule({ type, value, timeZone }, Date.parse('2026-01-01T00:00:00Z'))).toThrow(reason);
});
