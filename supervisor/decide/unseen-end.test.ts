/** Timelines of ends that no supervisor was there to see. */
import { describe, expect, test } from 'vitest';
import type { Service } from './service.ts';
import { sampleService, Timeline } from './testing.ts';

/** A supervisor that comes back after a minute and finds the process gone. */
function backTo(before: Timeline, meant: boolean): Timeline {
  const t = new Timeline(before.state);
  t.at = before.at + 60_000;
  t.nextPid = 200;
  t.tell({ kind: 'boot', resumed: true, processAlive: false, meant });
  return t;
}

const up = () => new Timeline().up();
const withService = (service: Service) => {
  const t = up();
  t.state = { ...t.state, service };
  return t;
};

describe('an end that no supervisor saw', () => {
  test('and that was meant is a stop by people: the service is started with the supervisor', () => {
    const t = backTo(up(), true);
    expect([t.kind, t.events()]).toEqual(['starting', []]);
    expect(t.metrics('operator_stop')).toMatchObject([{ result: 'stopped' }]);
    const again = new Timeline(t.state);
    again.tell({ kind: 'boot', resumed: true, processAlive: true });
    expect(again.metrics('operator_stop')).toEqual([]);
  });

  test('and that was not meant is a crash, on record once', () => {
    const t = backTo(up(), false);
    expect(t.incident?.cause).toBe('crash');
    const again = new Timeline(t.state);
    again.tell({ kind: 'boot', resumed: true, processAlive: true });
    expect(again.events().filter(({ type }) => type === 'opened')).toEqual([]);
  });

  test.each([
    ['starting', 'starting'],
    ['up', 'starting'],
    ['unhealthy', 'starting'],
    ['draining', 'stopped'],
  ] as const)('is no crash when it was meant; from `%s` it leads to `%s`', (before, after) => {
    const t = backTo(withService(sampleService(before)), true);
    expect([t.kind, t.events()]).toEqual([after, []]);
  });

  test('that a person’s stop command brought about stays down', () => {
    const t = withService({ ...sampleStopping(), next: { kind: 'stop', by: 'operator' } });
    expect(backTo(t, true).kind).toBe('stopped');
  });

  test('in a pause is started when that is over', () => {
    const before = up();
    before.tell({ kind: 'operator', verb: 'pause', minutes: 30, by: 'kim' });
    const t = backTo(before, true);
    expect([t.kind, t.of('start_process')]).toEqual(['held', []]);
    expect(t.of('start_process', t.pass(1800))).toHaveLength(1);
  });

  test('does not close what was open: the next process is looked at', () => {
    const before = up();
    before.look('docker_down', 'bad', 2);
    const t = backTo(before, true);
    expect(t.incident?.cause).toBe('docker_down');
    expect(t.kind).toBe('starting');
  });
});

describe('a supervisor that was itself asked to end, and was cut off in that', () => {
  const cutOff = () => withService({ ...sampleStopping(), next: { kind: 'stop', by: 'shutdown' } });

  test('is begun anew as usual: that wish was for the one before', () => {
    const t = backTo(cutOff(), true);
    expect([t.kind, t.of('exit_supervisor')]).toEqual(['starting', []]);
  });

  test('lets the old process end first', () => {
    const t = new Timeline(cutOff().state);
    t.tell({ kind: 'boot', resumed: true, processAlive: true });
    t.tell({ kind: 'child_exited', pid: 7, code: 0, signal: null });
    expect([t.kind, t.of('exit_supervisor')]).toEqual(['starting', []]);
  });
});

test('an end that was meant is a stop by people, also when its word did not get through', () => {
  const t = up();
  t.tell({ kind: 'child_exited', pid: t.process.pid, code: null, signal: null, meant: true });
  expect([t.kind, t.events()]).toEqual(['stopped', []]);
  const closed = up();
  closed.tell({ kind: 'connection_closed', pid: closed.process.pid });
  closed.tell({ kind: 'child_exited', pid: closed.process.pid, code: 0, signal: null, meant: true });
  expect([closed.kind, closed.events()]).toEqual(['stopped', []]);
});

function sampleStopping() {
  const service = sampleService('stopping');
  if (service.kind !== 'stopping') throw new Error('another kind');
  return service;
}
