import { describe, expect, it } from 'vitest';
import { aTask } from '../../tests/fakes/records.ts';
import { CATCH_UP, type CatchUp, type DueVerdict, judgeDue } from './due.ts';
import { afterRun, FAILURE_LIMIT } from './run-end.ts';

const HOUR_MS = 3_600_000;
const SKIP: CatchUp = { ...CATCH_UP, recurring: 'skip' };

describe('a task whose time has come', () => {
  it.each<[string, Parameters<typeof judgeDue>[0], CatchUp, DueVerdict]>([
    ['runs', { type: 'cron', lateMs: 5, isBusy: false }, CATCH_UP, 'run'],
    [
      'runs once for all that was missed in a week',
      { type: 'cron', lateMs: 168 * HOUR_MS, isBusy: false },
      CATCH_UP,
      'run',
    ],
    [
      'is passed over after a long time where nothing is caught up',
      { type: 'cron', lateMs: HOUR_MS, isBusy: false },
      SKIP,
      'missed',
    ],
    [
      'is not late after the minute in which a set clock is noticed',
      { type: 'interval', lateMs: 60_000, isBusy: false },
      SKIP,
      'run',
    ],
    [
      'does not pile up behind its last run',
      { type: 'interval', lateMs: 0, isBusy: true },
      CATCH_UP,
      'skipped',
    ],
    [
      'runs late when it was for a single time, within a day',
      { type: 'once', lateMs: 24 * HOUR_MS, isBusy: false },
      CATCH_UP,
      'run',
    ],
    [
      'is too late for a single time after that',
      { type: 'once', lateMs: 24 * HOUR_MS + 1, isBusy: false },
      CATCH_UP,
      'missed',
    ],
  ])('%s', (_what, facts, policy, verdict) => {
    expect(judgeDue(facts, policy)).toBe(verdict);
  });
});

describe('after a run', () => {
  const success = { status: 'success', result: 'done', code: null } as const;
  const failed = { status: 'failed', result: null, code: 'network' } as const;
  const stopped = { status: 'stopped', result: null, code: 'stop' } as const;
  const almost = { failures: FAILURE_LIMIT - 1 };

  it.each([
    [
      'a success forgets earlier failures',
      almost,
      success,
      { status: 'active', failures: 0, lastResult: 'done' },
    ],
    ['a failure is counted', {}, failed, { status: 'active', failures: 1, lastResult: 'network' }],
    [
      'the fifth failure in a row pauses',
      almost,
      failed,
      { status: 'paused', failures: FAILURE_LIMIT, nextRun: null },
    ],
    [
      'being stopped by a person is no failure',
      almost,
      stopped,
      { status: 'active', failures: FAILURE_LIMIT - 1 },
    ],
    ['a task for a single time is over', { type: 'once', nextRun: null }, success, { status: 'completed' }],
    ['also when it failed', { type: 'once', nextRun: null }, failed, { status: 'completed' }],
    ['unless it was given a new time meanwhile', { type: 'once' }, success, { status: 'active' }],
    ['one that a person paused meanwhile stays paused', { status: 'paused' }, failed, { status: 'paused' }],
    ['one that was cancelled meanwhile stays so', { status: 'cancelled' }, success, { status: 'cancelled' }],
    [
      'one whose chat is gone is cancelled',
      {},
      { ...failed, code: 'chat_gone' },
      { status: 'cancelled', nextRun: null },
    ],
  ] as const)('%s', (_what, task, end, expected) => {
    const after = afterRun(aTask(task), end);
    expect(after.task).toMatchObject(expected);
    expect(after.isPaused).toBe(expected.status === 'paused' && aTask(task).status === 'active');
  });
});
