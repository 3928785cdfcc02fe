/** Timelines of what people and sessions do. */
import { describe, expect, test } from 'vitest';
import { Timeline } from './testing.ts';

describe('the emergency session', () => {
  const untilSession = (t: Timeline) => {
    t.session = null;
    t.look('image_missing', 'bad', 3);
  };

  test('is told of when it really runs, and its word closes nothing', () => {
    const t = new Timeline().up();
    untilSession(t);
    const incident = t.incident?.id ?? '';
    expect(t.of('start_emergency')).toMatchObject([{ incident, limitSeconds: 1800 }]);
    t.tell({ kind: 'emergency_begun', incident, detail: 'tmux' });
    expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['notice']);
    t.tell({ kind: 'emergency_result', incident, outcome: 'done', detail: 'fixed, HTTP 200' });
    t.look('image_missing', 'bad', 3);
    expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['notice', 'page']);
  });

  test('that did not cure is told of in the page, with what came of it', () => {
    const t = new Timeline().up();
    untilSession(t);
    const incident = t.incident?.id ?? '';
    t.tell({ kind: 'emergency_result', incident, outcome: 'failed', detail: 'CAUSE: a full disk' });
    expect(t.of('page').map(({ notice }) => notice)).toMatchObject([
      { kind: 'page', session: 'CAUSE: a full disk' },
    ]);
  });

  test('that does not end is over at its limit', () => {
    const t = new Timeline().up();
    untilSession(t);
    t.pass(1800 + 61);
    expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page']);
  });

  test('is not begun within an hour of the last, nor a fourth time in a day', () => {
    const t = new Timeline().up();
    const hours = (count: number) => t.at - count * 3_600_000;
    t.state = { ...t.state, sessions: [hours(0.5)] };
    untilSession(t);
    expect(t.of('start_emergency')).toEqual([]);
    const busy = new Timeline().up();
    busy.state = { ...busy.state, sessions: [20, 10, 2].map((count) => busy.at - count * 3_600_000) };
    untilSession(busy);
    expect(busy.of('start_emergency')).toEqual([]);
  });

  test('has the service stopped and started for a fix, and a crash meanwhile is no new round', () => {
    const t = new Timeline().up();
    untilSession(t);
    const incident = t.incident?.id ?? '';
    const want = (service: 'stopped' | 'running') =>
      t.tell({ kind: 'session_wants', incident, service, reason: 'fix 1' });
    expect(t.of('terminate', want('stopped'))).toHaveLength(1);
    t.crash();
    expect(t.state.service.kind).toBe('held');
    expect(t.of('start_process', want('running'))).toHaveLength(1);
    t.crash();
    expect([t.state.service.kind, t.incident?.step.kind]).toEqual(['held', 'emergency']);
    expect(t.of('start_process', t.pass(30))).toEqual([]);
  });

  test('that tries a fix keeps its incident open until it is settled, however well all looks', () => {
    const t = new Timeline().up();
    untilSession(t);
    const incident = t.incident?.id ?? '';
    t.tell({ kind: 'session_wants', incident, service: 'stopped', reason: 'fix 1' });
    t.crash(0);
    t.tell({ kind: 'session_wants', incident, service: 'running', reason: 'fix 1' });
    t.hello();
    t.look('image_missing', 'good', 5);
    expect(t.incident?.step.kind).toBe('emergency');
    t.tell({ kind: 'session_settled', incident });
    t.look('image_missing', 'good');
    expect(t.incident).toBeNull();
  });

  test.each(['paused', 'another incident'])('moves nothing when it may not: %s', (why) => {
    const t = new Timeline().up();
    untilSession(t);
    if (why === 'paused') t.tell({ kind: 'operator', verb: 'pause', minutes: 30, by: 'kim' });
    const incident = why === 'paused' ? (t.incident?.id ?? '') : 'inc-other';
    const steps = t.tell({ kind: 'session_wants', incident, service: 'stopped', reason: 'fix 1' });
    expect(t.of('terminate', steps)).toEqual([]);
  });

  test('is on record with what it took, also when its incident is closed already', () => {
    const t = new Timeline().up();
    const figures = { seconds: 90, costUsd: 0.5, turns: 7, tries: 1 };
    const steps = t.tell({
      kind: 'emergency_result',
      incident: 'gone',
      outcome: 'done',
      detail: 'fixed',
      figures,
    });
    expect(t.of('record_metric', steps)).toMatchObject([
      {
        entry: { metric: 'emergency_recovery', result: 'done', duration: 90, labels: { tries: 1, turns: 7 } },
      },
    ]);
  });

  test('that is unavailable takes nothing from the budget', () => {
    const t = new Timeline().up();
    t.look('image_missing', 'bad', 3);
    expect(t.state.sessions).toEqual([]);
    expect(t.incident?.emergency).toBe('unavailable');
  });
});

describe('a pause', () => {
  const pause = (t: Timeline, minutes: number | null) =>
    t.tell({ kind: 'operator', verb: 'pause', minutes, by: 'kim' });

  test('keeps a dead service down until it ends, and opens no incident', () => {
    const t = new Timeline().up();
    pause(t, 30);
    t.crash();
    expect(t.of('start_process', t.pass(1790))).toEqual([]);
    expect(t.of('start_process', t.pass(20))).toHaveLength(1);
    expect(t.events()).toEqual([]);
  });

  test('judges no silence, and gives the full limit when it is resumed', () => {
    const t = new Timeline().up();
    pause(t, null);
    t.beating = false;
    t.pass(3600);
    t.tell({ kind: 'operator', verb: 'resume', by: 'kim' });
    expect(t.of('terminate', t.pass(9))).toEqual([]);
    expect(t.of('terminate', t.pass(2))).toHaveLength(1);
  });

  test('does not hinder a restart that a person orders', () => {
    const t = new Timeline().up();
    pause(t, null);
    t.tell({ kind: 'operator', verb: 'restart', by: 'kim' });
    expect(t.of('start_process', t.crash(0))).toHaveLength(1);
  });

  test('by a deploy window ends with it, counts once, and never outlives two hours', () => {
    const t = new Timeline().up();
    const until = 1_700_000_000_000 + t.at + 100 * 3_600_000;
    t.tell({ kind: 'deploy_window', until });
    expect(t.state.pause?.by).toBe('deploy window');
    t.pass(7201);
    expect(t.state.pause).toBeNull();
    t.tell({ kind: 'deploy_window', until });
    expect(t.state.pause).toBeNull();
  });
});

describe('a stop that people wanted is on record as that', () => {
  const bye = (t: Timeline) =>
    t.tell({ kind: 'bye', pid: t.process.pid, reason: 'operator_stop', detail: 'SIGTERM' });
  const order = (t: Timeline, verb: 'stop' | 'shutdown') => t.tell({ kind: 'operator', verb, by: 'kim' });

  test.each<[string, (t: Timeline) => void, string]>([
    [
      'the process was asked itself, as by systemctl stop or a person’s SIGTERM',
      (t) => {
        bye(t);
        t.pass(2);
        t.crash(0);
      },
      'the process was asked to end',
    ],
    [
      'the supervisor was asked',
      (t) => {
        order(t, 'stop');
        t.pass(2);
        t.crash(0);
      },
      'stop asked for by kim',
    ],
    [
      'the supervisor was asked to end too',
      (t) => {
        order(t, 'shutdown');
        t.pass(2);
        t.crash(0);
      },
      'the supervisor is asked to end',
    ],
    [
      'it ended cleanly in a pause or a deploy window',
      (t) => {
        t.tell({ kind: 'operator', verb: 'pause', minutes: 30, by: 'kim' });
        t.crash(0);
      },
      'paused by kim',
    ],
  ])('%s', (_name, stop, reason) => {
    const t = new Timeline().up();
    stop(t);
    expect(t.metrics('operator_stop')).toMatchObject([{ result: 'stopped', labels: { reason } }]);
    expect(t.events()).toEqual([]);
  });

  test('a start that finds the service stopped by a person', () => {
    const t = new Timeline();
    t.starts = false;
    t.tell({ kind: 'boot', resumed: false, processAlive: false }, { kind: 'stopped_outside' });
    expect(t.metrics('operator_stop')).toHaveLength(1);
  });

  test('a crash in a pause is none, nor is a restart that a person asked for', () => {
    const t = new Timeline().up();
    t.tell({ kind: 'operator', verb: 'restart', by: 'kim' });
    t.crash(0);
    t.hello();
    t.pass(2);
    t.tell({ kind: 'operator', verb: 'pause', minutes: 30, by: 'kim' });
    t.crash(null);
    expect(t.metrics('operator_stop')).toEqual([]);
  });
});

test('who has heard of an incident sees each further step as an edit', () => {
  const t = new Timeline().up();
  t.look('sign_in_revoked', 'bad', 2);
  expect(t.of('page_progress').at(-1)?.progress.tiers.at(-1)).toEqual({ tier: 4, state: 'active' });
  const quiet = new Timeline().up();
  quiet.crash();
  expect(quiet.of('page_progress')).toEqual([]);
});
