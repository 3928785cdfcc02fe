/** What befalls an installation in ninety days. The numbers are of no account; what they do is. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const DAYS = 90;

/** Both summer times begin within. */
export const START = Date.parse('2026-02-01T00:00:00Z');

export type Event = { atHour: number } & (
  | { do: 'restart' }
  /** Nothing runs for so long. */
  | { do: 'outage'; ms: number }
  /** Somebody sets the machine's clock by so much. */
  | { do: 'set'; ms: number }
  /** Claude Code itself renews the login. */
  | { do: 'other_program' }
  /** The token endpoint answers its next requests with HTTP 500. */
  | { do: 'endpoint_fails'; times: number }
);

export const EVENTS: readonly Event[] = [
  { atHour: 50, do: 'restart' },
  { atHour: 100, do: 'outage', ms: 3 * HOUR_MS },
  { atHour: 150, do: 'endpoint_fails', times: 3 },
  { atHour: 200, do: 'set', ms: DAY_MS },
  { atHour: 201, do: 'set', ms: -DAY_MS },
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ atHour: 300 + n * 0.7, do: 'restart' as const })),
  { atHour: 420, do: 'outage', ms: 50 * HOUR_MS },
  { atHour: 421, do: 'restart' },
  { atHour: 600, do: 'set', ms: -DAY_MS },
  { atHour: 630, do: 'set', ms: DAY_MS },
  { atHour: 845.45, do: 'outage', ms: 2 * HOUR_MS },
  { atHour: 1000, do: 'restart' },
  { atHour: 1100, do: 'other_program' },
  { atHour: 1350, do: 'set', ms: 90_000 },
  { atHour: 1700, do: 'set', ms: -90_000 },
  { atHour: 1900, do: 'outage', ms: 30 * MINUTE_MS },
];

export const SCHEDULES = [
  { type: 'cron', value: '30 2 * * *', timeZone: 'America/New_York' },
  { type: 'cron', value: '30 2 * * *', timeZone: 'Europe/Berlin' },
  { type: 'cron', value: '0 9 * * 1-5', timeZone: 'Asia/Seoul' },
  { type: 'cron', value: '15 * * * *', timeZone: 'UTC' },
  { type: 'cron', value: '0 0 L * *', timeZone: 'Asia/Seoul' },
  { type: 'interval', value: String(7 * HOUR_MS), timeZone: 'UTC' },
] as const;

/** Of the installation, in which its own jobs have their times. */
export const HOME_ZONE = 'Asia/Seoul';
