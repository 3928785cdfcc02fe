/** When a task is to run: how it is written down, and when it comes next. Pure. */
import * as z from 'zod';
import type { ScheduleType } from '../../contracts/tasks.ts';
import { faultOfCron, nextCron } from './cron.ts';
import { Zone } from './zone.ts';

/** As it stands in the store, with the installation's time zone where it names none. */
export type ScheduleRecord = { type: ScheduleType; value: string; timeZone: string };

/** What was asked for can't be done; the message says why, for the one who asked. */
export class TaskRefusedError extends Error {
  readonly code = 'TASK_REFUSED';
}

/** An agent run takes seconds and money: more often than once a minute is a mistake, milliseconds. */
export const SHORTEST_INTERVAL_MS = 60_000;
/** A year, milliseconds. */
const LONGEST_INTERVAL_MS = 366 * 86_400_000;

const HAS_OFFSET = /(Z|[+-]\d{2}:?\d{2})$/i;
const isoTime = z.iso.datetime({ local: true, offset: true });

/**
 * Checks what somebody wrote, and brings it into the form in which it is stored.
 * @throws TaskRefusedError
 */
export function readSchedule({ type, value, timeZone }: ScheduleRecord, now: number): ScheduleRecord {
  const zone = readZone(timeZone);
  switch (type) {
    case 'cron': {
      const fault = faultOfCron(value);
      if (fault !== null) throw new TaskRefusedError(`not a cron expression: ${fault}`);
      if (nextCron(value, now, zone) === null) throw new TaskRefusedError(`"${value}" never comes`);
      return { type, value: value.trim(), timeZone };
    }
    case 'interval': {
      const ms = Number(value);
      if (!Number.isInteger(ms) || ms < SHORTEST_INTERVAL_MS || ms > LONGEST_INTERVAL_MS) {
        throw new TaskRefusedError(
          `an interval is whole milliseconds, at least ${SHORTEST_INTERVAL_MS} (a minute): "${value}" is not`,
        );
      }
      return { type, value: String(ms), timeZone };
    }
    case 'once': {
      const at = readInstant(value, zone);
      if (at <= now) {
        throw new TaskRefusedError(`${value} is in the past: it is now ${new Date(now).toISOString()}`);
      }
      return { type, value: new Date(at).toISOString(), timeZone };
    }
  }
}

/**
 * @param after exclusive, wall-clock milliseconds
 * @param anchor any time at which an interval came or comes: it keeps its beat
 * @returns null when it does not come again
 */
export function nextRun(
  { type, value, timeZone }: ScheduleRecord,
  after: number,
  anchor: number,
): number | null {
  switch (type) {
    case 'cron':
      return nextCron(value, after, new Zone(timeZone));
    case 'interval': {
      const ms = Number(value);
      return anchor + (Math.floor((after - anchor) / ms) + 1) * ms;
    }
    case 'once': {
      const at = Date.parse(value);
      return at > after ? at : null;
    }
  }
}

function readZone(name: string): Zone {
  try {
    return new Zone(name);
  } catch (cause) {
    throw new TaskRefusedError(`"${name}" is not a time zone such as Asia/Seoul`, { cause });
  }
}

/** A time without an offset is one on the wall of the task's zone. */
function readInstant(value: string, zone: Zone): number {
  const text = value.trim().replace(' ', 'T');
  if (!isoTime.safeParse(text).success) {
    throw new TaskRefusedError(`"${value}" is not an ISO time such as 2026-03-01T09:00:00`);
  }
  return HAS_OFFSET.test(text) ? Date.parse(text) : zone.instantOf(Date.parse(`${text}Z`));
}
