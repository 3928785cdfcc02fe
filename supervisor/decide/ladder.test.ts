/** Timelines of what is not the process itself: signals, remedies, people. */
import { describe, expect, test } from 'vitest';
import type { ComponentHealth } from '../../contracts/health.ts';
import { SIGNALS } from './signals.ts';
import { Timeline } from './testing.ts';

const failing = (name: string, more: Partial<ComponentHealth> = {}): ComponentHealth[] => [
  { name, state: 'failed', reason: `${name} does not work`, required: false, ...more },
];

/** Tier and action of every decision so far. */
const decisions = (t: Timeline) =>
  t.events().flatMap((event) => (event.type === 'decided' ? [`${event.tier} ${event.action}`] : []));

test('a signal counts after its looks in a row, and one good look before that makes it nothing', () => {
  const t = new Timeline().up();
  t.look('docker_down', 'bad');
  expect(t.state.incidents).toEqual([]);
  t.look('docker_down', 'good');
  t.look('docker_down', 'bad');
  expect(t.state.incidents).toEqual([]);
  t.look('docker_down', 'bad');
  expect(t.incident).toMatchObject({ cause: 'docker_down', coversService: false });
});

test('a remedy that helped is believed by later looks alone, and closes the incident as success of tier 2', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  t.look('docker_down', 'bad', 2);
  expect(t.of('run_remedy')).toMatchObject([{ remedy: 'restart_docker' }]);
  expect(t.incident?.step.kind).toBe('verify');
  t.look('docker_down', 'good');
  expect(t.incident?.step.kind).toBe('verify');
  t.look('docker_down', 'good', 2);
  expect(t.state.incidents).toEqual([]);
  expect(t.metrics('recovery')).toMatchObject([
    { result: 'success', labels: { tier: 2, cause: 'docker_down' } },
  ]);
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['notice']);
  expect(t.of('start_process')).toHaveLength(1);
});

test('a remedy that claims success without any is not repeated: the ladder goes on to a page', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  t.look('docker_down', 'bad', 6);
  expect(decisions(t)).toEqual([
    '2 restart_docker',
    '3 emergency session',
    '1 none',
    '2 none',
    '3 none',
    '4 page',
  ]);
  expect(t.of('page')).toHaveLength(1);
  expect(t.of('terminate')).toEqual([]);
});

test.each(['sign_in_revoked', 'credit_spent', 'sign_in_needed', 'channel_refused'] as const)(
  '%s goes to a person at once, without remedy, session or restart',
  (code) => {
    const t = new Timeline().up();
    t.look(code, 'bad', 4);
    expect(decisions(t)).toEqual(['1 none', '2 none', '3 none', '4 page']);
    expect([t.of('run_remedy'), t.of('start_emergency'), t.of('terminate')]).toEqual([[], [], []]);
  },
);

test.each([
  'sign_in_expired',
  'sign_in_revoked',
  'credit_spent',
  'disk_full',
  'docker_down',
  'image_missing',
  'platform_down',
  'network_down',
  'channel_down',
  'channel_degraded',
  'bad_config',
  'port_in_use',
] as const)('%s has no restart among its remedies', (code) => {
  expect(SIGNALS[code].ladder.rungs.map(({ name }) => name)).not.toContain('restart');
});

test('an outage of a platform waits an hour before a person is called, and ends by itself', () => {
  const t = new Timeline().up();
  t.remedies = 'nothing_to_do';
  t.look('platform_down', 'bad', 30);
  expect(t.of('page')).toEqual([]);
  t.look('platform_down', 'good', 4);
  expect(t.metrics('recovery')).toMatchObject([{ result: 'self_healed' }]);
  t.look('platform_down', 'bad', 70);
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page']);
});

test('a known cause hides its symptoms: docker down is one incident, not two', () => {
  const t = new Timeline().up();
  t.look('docker_down', 'bad', 2);
  t.health = 'bad';
  t.components = failing('sandbox:docker', { required: true });
  t.pass(120);
  expect(t.incident?.cause).toBe('docker_down');
  expect(t.kind).toBe('unhealthy');
  expect(t.of('terminate')).toEqual([]);
});

test('the reason found after its symptom takes over the incident', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.health = 'bad';
  t.components = failing('sandbox:docker', { required: true });
  t.pass(30);
  const id = t.incident?.id;
  expect(t.incident?.cause).toBe('sandbox_down');
  t.look('docker_down', 'bad', 2);
  expect(t.incident).toMatchObject({ id, root: { code: 'docker_down' } });
});

test('a start under a fault of a part is no stuck start', () => {
  const t = new Timeline();
  t.health = 'bad';
  t.components = failing('sandbox:docker', { required: true, signal: 'docker_down' });
  t.tell({ kind: 'boot', resumed: false, processAlive: false });
  t.hello();
  t.pass(180);
  expect(t.of('start_process')).toHaveLength(1);
  expect(t.of('terminate')).toEqual([]);
});

test('agents whose program is damaged: it is built anew, then a session looks, then a person is called', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  t.components = failing('agent-program', { signal: 'runner_broken' });
  t.pass(20);
  expect(t.of('run_remedy')).toMatchObject([{ remedy: 'rebuild_image' }]);
  // An agent is started ahead at the latest five minutes after the last that failed.
  expect(t.of('start_emergency', t.pass(360))).toEqual([]);
  t.pass(120);
  expect([t.of('start_emergency').length, t.of('page').length, t.of('terminate').length]).toEqual([1, 1, 0]);
});

test('a channel that stays deaf, whatever it connects to, has the service restarted, politely', () => {
  const t = new Timeline().up();
  t.components = failing('channel:slack', { signal: 'channel_deaf' });
  t.pass(55);
  expect(t.state.incidents).toEqual([]);
  t.pass(20);
  expect(t.incident?.cause).toBe('channel_deaf');
  expect(t.of('terminate')).toHaveLength(1);
  expect(t.state.service).toMatchObject({ kind: 'stopping', next: { kind: 'start' } });
  expect(t.of('kill', t.pass(10))).toEqual([]);
});

test('a first bad look at a part is repeated 250 ms later', () => {
  const t = new Timeline().up();
  t.components = failing('channel:slack');
  t.pass(5);
  const asked = t.of('check_health').length;
  t.pass(0.3);
  expect(t.of('check_health').length).toBeGreaterThanOrEqual(asked);
  expect(t.state.signals).toMatchObject([{ code: 'channel_down', target: 'slack', level: 'rising' }]);
});

describe('mentions that nobody answers', () => {
  const limitMs = 1_800_000;
  test.each([
    ['nothing is at work on it for five minutes', 301_000, null, true],
    ['for four minutes', 240_000, null, false],
    ['an attempt lasts its whole half hour', null, { ageMs: limitMs, limitMs }, false],
    ['it lasts far beyond that', null, { ageMs: 2_160_000, limitMs }, true],
    ['one that may last for hours does so', null, { ageMs: 7_000_000, limitMs: 7_200_000 }, false],
    ['one group stands still while another works', 301_000, { ageMs: 60_000, limitMs }, true],
  ] as const)('%s', (_name, idleMs, attempt, counts) => {
    const t = new Timeline().up();
    t.remedies = null;
    t.standstill = { folder: 'main', idleMs, attempt };
    t.pass(20);
    expect(t.of('run_remedy').map(({ remedy }) => remedy)).toEqual(counts ? ['stop_agent'] : []);
  });

  test('the next attempt at the turn of a stuck agent is left to work', () => {
    const t = new Timeline().up();
    t.remedies = 'done';
    t.standstill = { folder: 'main', idleMs: null, attempt: { ageMs: 2_160_000, limitMs } };
    t.pass(20);
    for (let ageMs = 5000; ageMs < limitMs; ageMs += 60_000) {
      t.standstill = { folder: 'main', idleMs: null, attempt: { ageMs, limitMs } };
      t.pass(60);
    }
    expect(t.of('run_remedy')).toHaveLength(1);
    expect(t.of('terminate')).toEqual([]);
    expect(t.metrics('recovery')).toMatchObject([{ result: 'success', labels: { tier: 2 } }]);
  });

  test('a release that does not tell is not judged by it', () => {
    const t = new Timeline().up();
    t.standstill = undefined;
    t.pass(600);
    expect(t.incident).toBeNull();
  });
});

test('two faults in one look have two ids', () => {
  const t = new Timeline().up();
  t.components = [...failing('channel:slack', { signal: 'channel_refused' }), ...failing('model')];
  t.pass(30);
  expect(new Set(t.state.incidents.map(({ id }) => id)).size).toBe(2);
});

test('a lost light model explains no unanswered message: the agent answers without it', () => {
  const t = new Timeline().up();
  t.components = failing('router', { state: 'degraded', signal: 'copilot_down' });
  t.pass(20);
  expect(t.incident).toMatchObject({ cause: 'copilot_down', coversService: false });
  t.standstill = { folder: 'main', idleMs: 600_000, attempt: null };
  t.pass(20);
  expect(t.state.incidents.map(({ cause }) => cause)).toEqual(['copilot_down', 'unanswered']);
});
