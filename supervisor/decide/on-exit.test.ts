/** Timelines that begin with the way a process ends. */
import { expect, test } from 'vitest';
import { Timeline } from './testing.ts';

test('exit 0 after bye is a stop on purpose, exit 0 without it a crash', () => {
  const said = new Timeline().up();
  said.tell({ kind: 'bye', pid: said.process.pid, reason: 'operator_stop', detail: '' });
  said.crash(0);
  expect([said.kind, said.incident]).toEqual(['stopped', null]);
  const unsaid = new Timeline().up();
  unsaid.crash(0);
  expect(unsaid.incident?.cause).toBe('crash');
});

test.each([
  [78, 'bad_config'],
  [65, 'store_unusable'],
  [98, 'port_in_use'],
  [75, 'port_in_use'],
  [1, 'crash'],
] as const)('exit code %i is the cause %s', (code, cause) => {
  const t = new Timeline().up();
  t.crash(code);
  expect(t.incident?.cause).toBe(cause);
});

test('a database that cannot be opened is repaired before anything is started again', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  const steps = t.crash(65);
  expect(t.of('run_remedy', steps)).toMatchObject([{ remedy: 'repair_database' }]);
  expect(t.events().flatMap((event) => (event.type === 'decided' ? [event.action] : []))).toEqual([
    'repair_database',
  ]);
  expect([t.state.budget, t.of('start_process', steps).length]).toEqual([[], 1]);
  t.hello();
  t.pass(61);
  expect(t.metrics('recovery')).toMatchObject([
    { result: 'success', labels: { tier: 2, cause: 'store_unusable' } },
  ]);
});

test('a crash that leads to such a database goes on with its remedies, whatever the budget still holds', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.crash(null);
  expect(t.of('run_remedy', t.crash(65))).toMatchObject([{ remedy: 'repair_database' }]);
  expect(t.incident).toMatchObject({ cause: 'crash', root: { code: 'store_unusable' } });
});

test('why it refuses to run, with file and line, is in the story', () => {
  const t = new Timeline().up();
  const detail = '.env line 7: NANOCLAW_PORT must be a port number';
  t.tell({ kind: 'bye', pid: t.process.pid, reason: 'refused', detail });
  t.crash(78);
  const seen = t.events().flatMap((event) => (event.type === 'evidence' ? [event.text] : []));
  expect(seen[0]).toBe(`exit code 78: the configuration is wrong (see .env): ${detail}`);
});
