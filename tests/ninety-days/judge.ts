/** What ninety days must have brought, worked out on its own; every deviation is one line. */
import { REFRESH_AHEAD_MS } from '../../src/auth/state.ts';
import { LOOK_AGAIN_MS } from '../../src/tasks/alarm.ts';
import { nextRun, type ScheduleRecord } from '../../src/tasks/schedule.ts';
import type { NinetyDays, Renewal, Run, Span } from './days.ts';
import { HOUR_MS, START } from './events.ts';

/** Of an access token. */
const LIFETIME_MS = 8 * HOUR_MS;

export type Judgement = { name: string; expected: number; ran: number; wrong: string[] };

/** @param runs of one schedule @param until wall-clock time; what is later is not judged */
export function judgeRuns(
  { name, schedule, runs }: { name: string; schedule: ScheduleRecord; runs: readonly Run[] },
  { lived, unseen }: Pick<NinetyDays, 'lived' | 'unseen'>,
  until: number,
): Judgement {
  const made = runs.filter(({ due }) => due <= until);
  const expected = slots(schedule, until);
  const due = new Set(made.map((run) => run.due));
  const time = (at: number) => `${name}: ${new Date(at).toISOString()}`;
  const wrong = due.size < made.length ? [`${name}: a time has two runs`] : [];
  for (const run of made) {
    if (!expected.includes(run.due)) wrong.push(`${time(run.due)} is no time of it`);
    if (!within(unseen, run.due) && run.at - run.due > LOOK_AGAIN_MS) wrong.push(`${time(run.due)} was late`);
  }
  for (const slot of expected) {
    const isMadeUpFor = !within(lived, slot) && made.some((run) => run.due <= slot && slot <= run.at);
    if (!due.has(slot) && !isMadeUpFor) wrong.push(`${time(slot)} was missed`);
  }
  return { name, expected: expected.length, ran: made.length, wrong };
}

/** All times of a schedule. */
function slots(schedule: ScheduleRecord, until: number): number[] {
  const found: number[] = [];
  let at = nextRun(schedule, START, START);
  while (at !== null && at <= until) {
    found.push(at);
    at = nextRun(schedule, at, START);
  }
  return found;
}

/**
 * A login is replaced five minutes before its end: sooner wastes it, later leaves nobody anything to work with.
 * Whoever else brings a new one, and a disturbance, explain a renewal out of its time.
 */
export function judgeRenewals(renewals: readonly Renewal[], disturbed: readonly Span[]): string[] {
  return renewals.flatMap(({ at, by }, index) => {
    const before = renewals[index - 1];
    if (before === undefined || by !== 'us' || within(disturbed, at)) return [];
    const off = at - (before.at + LIFETIME_MS - REFRESH_AHEAD_MS);
    // Renewals that fail are tried again within those five minutes; a clock that is set a little moves them as much.
    if (Math.abs(off) < REFRESH_AHEAD_MS) return [];
    return [
      `the sign-in was renewed ${Math.round(off / 1000)} s off its time at ${new Date(at).toISOString()}`,
    ];
  });
}

function within(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, to }) => from <= at && at <= to);
}
