/** Timelines of a start: only its progress is judged until it says that it is ready. */
import { expect, test } from 'vitest';
import type { Phase } from '../../contracts/health.ts';
import { Timeline } from './testing.ts';

/** Started, connected, and since then silent. */
function starting(phase: Phase): Timeline {
  const t = new Timeline();
  t.health = 'bad';
  t.beating = false;
  t.tell({ kind: 'boot', resumed: false, processAlive: false });
  t.hello();
  const { pid } = t.process;
  t.tell({ kind: 'beat', pid, phase, progress: 1, loopDelayMs: 1, rssBytes: 1 });
  return t;
}

test('a start that holds up its event loop for longer than a hang may take is left alone', () => {
  const t = starting('starting');
  t.pass(59);
  expect([t.kind, t.state.incidents, t.of('terminate')]).toEqual(['starting', [], []]);
});

test('a silent start is stuck when its own limit is over', () => {
  const t = starting('starting');
  t.pass(60.5);
  expect(t.incident?.cause).toBe('start_stuck');
  expect(t.of('terminate')).toHaveLength(1);
});

test('a process that has said it is ready hangs after the usual limit, though no check has found it well', () => {
  const t = starting('ready');
  t.pass(9.5);
  expect(t.incident).toBeNull();
  t.pass(1);
  expect(t.incident?.cause).toBe('hang');
});

test('a start that ended its silence with progress gets its whole limit again', () => {
  const t = starting('starting');
  t.pass(50);
  const { pid } = t.process;
  t.tell({ kind: 'beat', pid, phase: 'starting', progress: 2, loopDelayMs: 50_000, rssBytes: 1 });
  t.pass(59);
  expect(t.incident).toBeNull();
  t.pass(2);
  expect(t.incident?.cause).toBe('start_stuck');
});

test('a process that waits for a person, and is kept from being ready by a part alone, is not started anew', () => {
  const t = new Timeline().up();
  const { process, at } = t;
  t.state = {
    ...t.state,
    service: { kind: 'held', since: at, process, check: at, why: 'spent', reason: 'no answer' },
  };
  t.health = 'bad';
  t.components = [
    { name: 'sandbox:docker', state: 'failed', reason: 'x', required: true, signal: 'docker_down' },
  ];
  t.pass(1);
  expect(t.state.service).toMatchObject({ kind: 'unhealthy', onlyParts: true });
});
