import { expect, test } from 'vitest';
import type { ServiceState } from '../contracts/status.ts';
import { findObstacle, HISTORY_MS, HISTORY_POINTS, initialPage, type Page, reduce } from './state.ts';
import { readinessOf, statusOf } from './testing.ts';

const shown = (state: ServiceState): Page =>
  reduce(initialPage(true), { type: 'status', status: statusOf(state), at: 0 });

test('a lost contact keeps the last state and the moment it was last seen, on the server clock', () => {
  const live = reduce(initialPage(true), { type: 'status', status: statusOf('up', 5_000), at: 4_000 });
  const lost = reduce(live, { type: 'lost', at: 4_500 });
  expect(lost.contact).toEqual({ kind: 'lost', lastSeen: 5_500 });
  expect(lost.status).toBe(live.status);
  expect(reduce(lost, { type: 'lost', at: 9_000 }).contact).toEqual(lost.contact);
});

test('a page that never saw the supervisor does not claim to have', () => {
  expect(reduce(initialPage(false), { type: 'lost', at: 1 }).contact).toEqual({
    kind: 'lost',
    lastSeen: null,
  });
});

test('the history is bounded in time and in points, and keeps gaps as gaps', () => {
  let page = initialPage(true);
  for (let second = 0; second < 2_000; second += 1) {
    page = reduce(page, { type: 'status', status: statusOf('up', second * 500), at: 0 });
  }
  expect(page.history).toHaveLength(HISTORY_POINTS);
  const later = statusOf('down', 2_000 * 500 + HISTORY_MS);
  later.service.heartbeat = null;
  page = reduce(page, { type: 'status', status: later, at: 0 });
  expect(page.history).toEqual([{ at: later.now, loopDelayMs: null, rssBytes: null }]);
});

test('components stay as last reported while the service reports none', () => {
  const reported = statusOf('up');
  reported.service.readiness = readinessOf([{ name: 'store', state: 'ok', reason: '', required: true }]);
  const up = reduce(initialPage(true), { type: 'status', status: reported, at: 0 });
  const down = reduce(up, { type: 'status', status: statusOf('down'), at: 1 });
  expect(down.components).toEqual(reported.service.readiness.components);
});

test.each<[ServiceState, ReturnType<typeof findObstacle>]>([
  ['up', null],
  ['unhealthy', null],
  ['draining', null],
  ['paused', null],
  ['starting', 'restarting'],
  ['down', 'restarting'],
  ['stopped', 'stopped'],
  ['held', 'held'],
])('while the service is %s a message meets the obstacle %s', (state, obstacle) => {
  expect(findObstacle(shown(state))).toBe(obstacle);
});

test('without a valid token or without contact no message is sent, whatever the service does', () => {
  expect(findObstacle(initialPage(false))).toBe('no-token');
  expect(findObstacle(initialPage(true))).toBe('no-contact');
  expect(findObstacle(reduce(shown('up'), { type: 'lost', at: 1 }))).toBe('no-contact');
  expect(findObstacle(reduce(shown('up'), { type: 'token-refused' }))).toBe('no-token');
});
