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

test.each(['sign_in_revoked', 'credit_spent', 'channel_refused'] as const)(
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

test('a deaf channel is reconnected first, and only then the service is restarted, politely', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  t.components = failing('channel:slack', { signal: 'channel_deaf' });
  t.pass(20);
  expect(t.of('run_remedy')).toMatchObject([{ remedy: 'reconnect_channel', target: 'slack' }]);
  expect(t.of('terminate')).toEqual([]);
  t.pass(70);
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
  test.each([
    ['none runs, five minutes', 301_000, 0, true],
    ['none runs, four minutes', 240_000, 0, false],
    ['one runs, half an hour', 1_800_000, 1, false],
    ['one runs, 36 minutes', 2_160_000, 1, true],
  ] as const)('%s', (_name, age, turns, counts) => {
    const t = new Timeline().up();
    t.remedies = null;
    t.oldestUnansweredMs = age;
    t.activeTurns = turns;
    t.pass(20);
    expect(t.of('run_remedy').map(({ remedy }) => remedy)).toEqual(counts ? ['stop_agent'] : []);
  });
});

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

test('what comes back a fourth time within the hour pages once, stays open until calm, and is digested', () => {
  const t = new Timeline().up();
  const crashOnce = () => {
    t.crash();
    t.pass(75);
  };
  for (let time = 0; time < 3; time += 1) crashOnce();
  expect([t.of('page').length, t.state.closed.length]).toEqual([0, 3]);
  for (let time = 0; time < 20; time += 1) {
    crashOnce();
    t.pass(130);
  }
  expect(t.of('page').filter(({ notice }) => notice.kind === 'page')).toHaveLength(1);
  expect(t.of('page').filter(({ notice }) => notice.kind === 'notice')).toHaveLength(1);
  t.pass(1900);
  expect(t.state.incidents).toEqual([]);
  expect(t.of('page').at(-1)?.notice.kind).toBe('resolved');
  expect(t.metrics('recovery')).toHaveLength(4);
});

test('who has heard of an incident sees each further step as an edit', () => {
  const t = new Timeline().up();
  t.look('sign_in_revoked', 'bad', 2);
  expect(t.of('page_progress').at(-1)?.progress.tiers.at(-1)).toEqual({ tier: 4, state: 'active' });
  const quiet = new Timeline().up();
  quiet.crash();
  expect(quiet.of('page_progress')).toEqual([]);
});

test('two faults in one look have two ids', () => {
  const t = new Timeline().up();
  t.components = [...failing('channel:slack', { signal: 'channel_refused' }), ...failing('model')];
  t.pass(30);
  expect(new Set(t.state.incidents.map(({ id }) => id)).size).toBe(2);
});
