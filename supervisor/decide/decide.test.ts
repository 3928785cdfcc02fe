import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { EventBody } from './event.ts';
import type { ServiceKind } from './service.ts';
import { freshState } from './state.ts';
import { POLICY, sampleService } from './testing.ts';

const EVENTS = {
  boot: { kind: 'boot', resumed: true, processAlive: true },
  'boot, dead': { kind: 'boot', resumed: true, processAlive: false },
  tick: { kind: 'tick' },
  started: { kind: 'started', pid: 7, birth: 'b7' },
  start_failed: { kind: 'start_failed', detail: 'ENOENT' },
  stopped_outside: { kind: 'stopped_outside' },
  hello: { kind: 'hello', pid: 7, birth: 'b7', startId: 's7', version: '1' },
  'beat draining': { kind: 'beat', pid: 7, phase: 'draining', progress: 2, loopDelayMs: 1, rssBytes: 1 },
  'beat ready': { kind: 'beat', pid: 7, phase: 'ready', progress: 2, loopDelayMs: 1, rssBytes: 1 },
  bye: { kind: 'bye', pid: 7, reason: 'operator_stop', detail: '' },
  closed: { kind: 'connection_closed', pid: 7 },
  'exit 0': { kind: 'child_exited', pid: 7, code: 0, signal: null },
  'exit 1': { kind: 'child_exited', pid: 7, code: 1, signal: null },
  'probe ok': { kind: 'probe_result', pid: 7, outcome: { kind: 'ok' }, durationMs: 1, report: null },
  'probe bad': {
    kind: 'probe_result',
    pid: 7,
    outcome: { kind: 'not_ready', reason: 'store' },
    durationMs: 1,
    report: null,
  },
  own_stall: { kind: 'own_stall', ms: 100 },
  env_changed: { kind: 'env_changed' },
  restart: { kind: 'operator', verb: 'restart', by: 'test' },
  acknowledge: { kind: 'operator', verb: 'acknowledge', by: 'test' },
  shutdown: { kind: 'operator', verb: 'shutdown', by: 'test' },
  shutdown_now: { kind: 'operator', verb: 'shutdown_now', by: 'test' },
  page_result: { kind: 'page_result', incident: 'inc-x', page: 'page', ok: true, detail: '' },
} satisfies Record<string, EventBody>;

type Row = Partial<Record<keyof typeof EVENTS, ServiceKind>>;

/** State → event → next state at 1.5 s, before any deadline; what is not named leaves the state as it is. */
const TABLE: Record<ServiceKind, Row> = {
  down: { hello: 'starting', restart: 'spawning', shutdown: 'stopped', shutdown_now: 'stopped' },
  spawning: {
    started: 'starting',
    start_failed: 'spawning',
    stopped_outside: 'stopped',
    hello: 'starting',
    shutdown: 'stopped',
    shutdown_now: 'stopped',
  },
  starting: {
    'boot, dead': 'spawning',
    'beat draining': 'draining',
    bye: 'draining',
    closed: 'stopping',
    'exit 0': 'spawning',
    'exit 1': 'spawning',
    'probe ok': 'up',
    restart: 'stopping',
    shutdown: 'stopping',
    shutdown_now: 'stopping',
  },
  up: {
    'boot, dead': 'spawning',
    'beat draining': 'draining',
    bye: 'draining',
    closed: 'stopping',
    'exit 0': 'spawning',
    'exit 1': 'spawning',
    'probe bad': 'unhealthy',
    restart: 'stopping',
    shutdown: 'stopping',
    shutdown_now: 'stopping',
  },
  unhealthy: {
    'boot, dead': 'spawning',
    'beat draining': 'draining',
    bye: 'draining',
    closed: 'stopping',
    'exit 0': 'spawning',
    'exit 1': 'spawning',
    'probe ok': 'up',
    'probe bad': 'stopping',
    restart: 'stopping',
    shutdown: 'stopping',
    shutdown_now: 'stopping',
  },
  stopping: { 'boot, dead': 'spawning', 'exit 0': 'spawning', 'exit 1': 'spawning' },
  draining: {
    'boot, dead': 'stopped',
    'exit 0': 'stopped',
    'exit 1': 'spawning',
    restart: 'stopping',
    shutdown: 'stopping',
    shutdown_now: 'stopping',
  },
  stopped: { hello: 'starting', restart: 'spawning' },
  held: {
    hello: 'starting',
    env_changed: 'spawning',
    restart: 'spawning',
    shutdown: 'stopped',
    shutdown_now: 'stopped',
  },
};

describe.each(Object.entries(TABLE) as [ServiceKind, Row][])('while %s', (from, row) => {
  test.each(Object.keys(EVENTS) as (keyof typeof EVENTS)[])('%s leads to the state of the table', (name) => {
    const before = { ...freshState(1000), service: sampleService(from) };
    const now = { mono: 1500, wall: 1_700_000_001_500 };
    const { state, steps } = decide(before, { ...EVENTS[name], now, chance: 0.5 }, POLICY);
    expect(state.service.kind).toBe(row[name] ?? from);
    const saved = steps.findIndex(({ kind }) => kind === 'save_state');
    const deed = steps.findIndex(({ kind }) => kind === 'start_process');
    if (deed !== -1) expect(saved).toBe(0);
  });
});

test('events about another process change nothing', () => {
  const before = { ...freshState(1000), service: sampleService('up') };
  const now = { mono: 1500, wall: 0 };
  for (const name of ['closed', 'exit 1', 'bye', 'probe bad', 'hello', 'beat draining'] as const) {
    const { state } = decide(before, { ...EVENTS[name], pid: 8, now, chance: 0 }, POLICY);
    expect(state.service).toEqual(before.service);
  }
});

test('the same state and event give the same decision', () => {
  const before = { ...freshState(1000), service: sampleService('up') };
  const event = { ...EVENTS['exit 1'], now: { mono: 2000, wall: 3000 }, chance: 0.3 };
  expect(decide(before, event, POLICY)).toEqual(decide(before, event, POLICY));
});
