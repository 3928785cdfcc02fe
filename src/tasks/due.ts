/** What becomes of a task whose time has come, or had come while nobody was there. Pure; the policy is data. */
import type { ScheduleType } from '../../contracts/tasks.ts';

export type CatchUp = {
  /** For a recurring task: `once` makes one run up for all that were missed, `skip` waits for the next time. */
  recurring: 'once' | 'skip';
  /** Later than this a run counts as missed, milliseconds. */
  graceMs: number;
  /** A task for a single time still runs when it is this late at most, milliseconds. */
  onceLateMs: number;
};

/** A start takes seconds, a clock that jumps is seen within a minute (alarm.ts): no run is late below that. */
export const CATCH_UP: CatchUp = { recurring: 'once', graceMs: 120_000, onceLateMs: 24 * 3_600_000 };

export type DueVerdict = 'run' | 'skipped' | 'missed';

/** @param isBusy a run of this task waits or goes on: another one would only pile up behind it */
export function judgeDue(
  { type, lateMs, isBusy }: { type: ScheduleType; lateMs: number; isBusy: boolean },
  policy: CatchUp,
): DueVerdict {
  switch (type) {
    case 'once':
      return lateMs > policy.onceLateMs ? 'missed' : 'run';
    case 'cron':
    case 'interval':
      if (policy.recurring === 'skip' && lateMs > policy.graceMs) return 'missed';
      return isBusy ? 'skipped' : 'run';
  }
}
