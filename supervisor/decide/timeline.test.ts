import { expect, test } from 'vitest';
import { Timeline } from './testing.ts';

/** Crashes each new process half a second after its start until the service is held. */
function crashUntilHeld(t: Timeline): void {
  t.health = 'bad';
  for (let round = 0; round < 60 && t.kind !== 'held'; round += 1) {
    if (t.kind === 'starting' || t.kind === 'up') t.crash();
    else t.pass(1);
  }
}

test('a crash is answered by a start in the same step, and 60 s of health close the incident', () => {
  const t = new Timeline().up();
  const steps = t.crash(null);
  expect(steps.slice(0, 2).map(({ kind }) => kind)).toEqual(['save_state', 'start_process']);
  t.hello();
  t.pass(61);
  expect(t.incident).toBeNull();
  expect(t.metrics('recovery')).toMatchObject([{ result: 'success', labels: { tier: 1, cause: 'crash' } }]);
  expect(t.of('page')).toEqual([]);
});

test('a closed connection and the exit after it are one crash, seen at the first of the two', () => {
  const t = new Timeline().up();
  const { pid } = t.process;
  const seenAt = t.at;
  t.tell({ kind: 'connection_closed', pid });
  t.at += 3;
  t.tell({ kind: 'child_exited', pid, code: null, signal: 'SIGKILL' });
  expect(t.events().filter(({ type }) => type === 'opened')).toHaveLength(1);
  expect(t.incident?.seenAt).toBe(seenAt);
  expect(t.of('start_process')).toHaveLength(2);
});

test('a process that only closes its connection is killed 100 ms later', () => {
  const t = new Timeline().up();
  t.tell({ kind: 'connection_closed', pid: t.process.pid });
  t.beating = false;
  expect(t.of('kill', t.pass(0.09))).toEqual([]);
  expect(t.of('kill', t.pass(0.02))).toHaveLength(1);
});

test('missing beats are a hang at the limit: TERM, KILL 3 s later, start at the exit', () => {
  const t = new Timeline().up();
  t.beating = false;
  expect(t.of('terminate', t.pass(9.9))).toEqual([]);
  expect(t.of('terminate', t.pass(0.2))).toHaveLength(1);
  expect(t.incident?.cause).toBe('hang');
  expect(t.of('kill', t.pass(3))).toHaveLength(1);
  expect(t.of('start_process', t.crash(null))).toHaveLength(1);
});

test('the supervisor’s own stall is nobody’s silence', () => {
  const t = new Timeline().up();
  t.beating = false;
  t.pass(1);
  t.at += 15_000;
  t.tell({ kind: 'own_stall', ms: 15_000 }, { kind: 'tick' });
  expect(t.incident).toBeNull();
});

test('restarts wait 0 1 2 5 10 s, and the sixth crash in 5 min pages once and holds', () => {
  const t = new Timeline().up();
  const starts: number[] = [];
  t.health = 'bad';
  const first = t.at;
  while (t.kind !== 'held') {
    if (t.kind === 'starting') t.crash();
    const before = t.of('start_process').length;
    if (t.kind === 'down')
      t.pass(Math.max(0.001, ((t.state.service as { dueAt: number }).dueAt - t.at) / 1000));
    if (t.of('start_process').length > before) starts.push((t.at - first) / 1000);
    if (t.kind === 'up') t.crash();
  }
  expect(starts).toEqual([1, 3, 8, 18]);
  expect(t.of('page')).toMatchObject([{ notice: { kind: 'page', number: 1 } }]);
  const decided = t.events().flatMap((event) => (event.type === 'decided' ? [event] : []));
  expect(decided.slice(5).map(({ tier, action }) => `${tier} ${action}`)).toEqual([
    '2 repair_database',
    '2 restore_database',
    '2 rollback_release',
    '2 restart',
    '3 emergency session',
    '1 none',
    '2 none',
    '3 none',
    '4 page',
  ]);
});

test('held pages again after 30 min, 2 h, then every 6 h, with one try each', () => {
  const t = new Timeline().up();
  crashUntilHeld(t);
  for (const seconds of [1800, 7200, 21_600, 21_600]) {
    const early = t.pass(seconds - 1);
    expect(t.of('page', early)).toEqual([]);
    const steps = t.pass(2);
    expect(t.of('page', steps)).toMatchObject([{ notice: { kind: 'repage' } }]);
    expect(t.of('start_process', steps)).toHaveLength(1);
    t.at -= 1000;
    t.crash();
    expect(t.kind).toBe('held');
  }
});

test('an acknowledged incident is not paged again but still tried', () => {
  const t = new Timeline().up();
  crashUntilHeld(t);
  t.tell({ kind: 'operator', verb: 'acknowledge', by: 'kim' });
  const steps = t.pass(1801);
  expect(t.of('page', steps)).toEqual([]);
  expect(t.of('start_process', steps)).toHaveLength(1);
});

test('an edit of .env ends the hold, and the recovery counts as a person’s with one resolved notice', () => {
  const t = new Timeline().up();
  crashUntilHeld(t);
  t.health = 'ok';
  t.tell({ kind: 'env_changed' });
  t.hello();
  t.pass(65);
  expect(t.incident).toBeNull();
  expect(t.metrics('recovery')).toMatchObject([{ result: 'failed', labels: { tier: 4 } }]);
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page', 'resolved']);
});

test('three bad checks make a fault: again after 250 ms, then 5 s; tier 2 restarts once, then pages', () => {
  const t = new Timeline().up();
  t.health = 'bad';
  const from = t.at;
  while (t.incident === null) t.pass(0.25);
  expect(t.at - from).toBeLessThanOrEqual(10_500);
  expect(t.incident).toMatchObject({ cause: 'not_ready', tier: 2 });
  t.crash(null);
  t.hello();
  t.health = 'ok';
  t.pass(2);
  expect(t.kind).toBe('up');
});

test('one bad check that is good again opens nothing', () => {
  const t = new Timeline().up();
  t.health = 'bad';
  while (t.kind === 'up') t.pass(0.25);
  t.health = 'ok';
  t.pass(1);
  expect(t.kind).toBe('up');
  expect(t.incident).toBeNull();
});

test('a slow start that moves is left alone; one that stands still for 60 s is stuck', () => {
  const t = new Timeline();
  t.health = 'bad';
  t.beating = false;
  t.tell({ kind: 'boot', resumed: false, processAlive: false });
  t.hello();
  for (let progress = 1; progress <= 240; progress += 1) {
    t.pass(1);
    t.tell({ kind: 'beat', pid: t.process.pid, phase: 'starting', progress, loopDelayMs: 1, rssBytes: 1 });
  }
  expect(t.incident).toBeNull();
  for (let second = 0; second < 61 && t.kind === 'starting'; second += 1) {
    t.tell({
      kind: 'beat',
      pid: t.process.pid,
      phase: 'starting',
      progress: 240,
      loopDelayMs: 1,
      rssBytes: 1,
    });
    t.pass(1);
  }
  expect(t.incident?.cause).toBe('start_stuck');
});

test('a new supervisor adopts the living process and owes it the full hang limit', () => {
  const before = new Timeline().up();
  const t = new Timeline(before.state);
  t.at = before.at + 60_000;
  const steps = t.tell({ kind: 'boot', resumed: true, processAlive: true });
  expect(steps.map(({ kind }) => kind)).not.toContain('start_process');
  expect(t.metrics('supervisor_restart')).toMatchObject([{ result: 'resumed', labels: { incident: null } }]);
  t.beating = false;
  t.pass(9);
  expect(t.incident).toBeNull();
  t.pass(1.5);
  expect(t.incident?.cause).toBe('hang');
});

test('a supervisor killed between order and pid waits for the orphan, then starts anew', () => {
  const t = new Timeline();
  t.starts = false;
  t.tell({ kind: 'boot', resumed: false, processAlive: false });
  const next = new Timeline(t.state);
  next.tell({ kind: 'boot', resumed: true, processAlive: false });
  expect(next.of('start_process', next.pass(1.9))).toEqual([]);
  expect(next.of('start_process', next.pass(0.2))).toHaveLength(1);
});

test('an open incident, its budget and its page schedule survive a new supervisor', () => {
  const before = new Timeline().up();
  crashUntilHeld(before);
  const t = new Timeline(JSON.parse(JSON.stringify(before.state)));
  t.at = before.at + 60_000;
  t.tell({ kind: 'boot', resumed: true, processAlive: false });
  expect(t.incident?.id).toBe(before.incident?.id);
  expect(t.of('page')).toEqual([]);
  expect(t.of('page', t.pass(1741))).toMatchObject([{ notice: { kind: 'repage', number: 2 } }]);
});
