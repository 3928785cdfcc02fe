/** Timelines of sign-ins that fail: people are called where only they can help, and nothing is ever restarted for it. */
import { describe, expect, test } from 'vitest';
import type { ComponentHealth } from '../../contracts/health.ts';
import { type Choice, choose } from '../../src/auth/choose.ts';
import { type KeyState, signInHealth } from '../../src/auth/health.ts';
import type { AuthState } from '../../src/auth/state.ts';
import { threadsHealth } from '../../src/threads/schedule.ts';
import { Timeline } from './testing.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const token = { id: 'a', expiresAt: NOW + HOUR, refreshable: true, refreshEndsAt: null };

/** What `/readyz` says of the model then. */
function model(state: AuthState, hasKey: boolean, key: KeyState = 'fine'): ComponentHealth {
  const choice: Choice = choose(state, hasKey, NOW);
  return signInHealth({ state, choice, key, now: NOW });
}

const SIGNED_OUT: AuthState = { kind: 'signed_out', token, why: 'refused' };
const WAITING: AuthState = {
  ...{ kind: 'waiting', token: { ...token, expiresAt: NOW }, why: 'due' },
  ...{ failures: 1, retryAt: NOW, reason: 'HTTP 500' },
};
const DEAD_THREADS = threadsHealth(
  { expiresAt: NOW - 1, since: 0 },
  { failures: 0, lastAt: 0, refused: false, reason: '' },
  NOW,
);

/** What is said, the cause, the remedies that are tried, how often people are called within 45 minutes. */
const TABLE: [string, ComponentHealth, string | null, string[], number][] = [
  ['revoked', model(SIGNED_OUT, false), 'sign_in_revoked', [], 2],
  ['revoked, and a key serves', model(SIGNED_OUT, true), 'sign_in_needed', [], 2],
  ['the key has no credit', model({ kind: 'no_login' }, true, 'exhausted'), 'credit_spent', [], 2],
  ['the key is refused', model({ kind: 'no_login' }, true, 'refused'), 'sign_in_revoked', [], 2],
  ['expired, and not renewed', model(WAITING, false), 'sign_in_expired', ['refresh_sign_in'], 2],
  ['a limit that passes', model({ kind: 'resting', token, why: 'limited', until: NOW }, false), null, [], 0],
  ['a dead Threads token', DEAD_THREADS, 'side_sign_in_needed', [], 2],
];

describe('a sign-in that is', () => {
  test.each(TABLE)('%s', (_name, component, cause, remedies, pages) => {
    const t = new Timeline().up();
    t.components = [component];
    t.pass(45 * 60);
    expect(t.incident?.cause ?? null).toBe(cause);
    expect(t.of('run_remedy').map(({ remedy }) => remedy)).toEqual(remedies);
    expect(t.of('page').filter(({ notice }) => notice.kind !== 'notice')).toHaveLength(pages);
    expect([t.of('terminate'), t.of('start_emergency'), t.of('start_process').length]).toEqual([[], [], 1]);
  });
});

test('signing in again ends it with one resolved notice', () => {
  const t = new Timeline().up();
  t.components = [model(SIGNED_OUT, false)];
  t.pass(60);
  t.components = [model({ kind: 'ok', token, renewed: false, since: 0 }, false)];
  t.pass(90);
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page', 'resolved']);
});

test('what was only due soon and was acknowledged rings again when the model is lost', () => {
  const t = new Timeline().up();
  t.components = [model(SIGNED_OUT, true)];
  t.pass(60);
  t.tell({ kind: 'operator', verb: 'acknowledge', by: 'kim' });
  t.components = [model(SIGNED_OUT, false)];
  t.pass(60);
  expect(t.incident?.root.code).toBe('sign_in_revoked');
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page', 'repage']);
});

test('a valid date in the credentials file does not end what the API refuses', () => {
  const t = new Timeline().up();
  t.remedies = 'failed';
  t.components = [model({ kind: 'refreshing', token, why: 'refused', failures: 0 }, false)];
  for (let minute = 0; minute < 5; minute += 1) t.look('sign_in_expired', 'good');
  const again = t.events().filter((event) => event.type === 'evidence' && event.text.startsWith('again'));
  expect(again).toEqual([]);
  expect(t.of('page').map(({ notice }) => notice.kind)).toEqual(['page']);
});

test('two of them at once are two incidents, and the smaller one hides nothing', () => {
  const t = new Timeline().up();
  t.remedies = null;
  t.components = [DEAD_THREADS];
  t.pass(700);
  t.standstill = { folder: 'main', idleMs: 301_000, attempt: null };
  t.pass(30);
  expect(t.state.incidents.map(({ cause }) => cause)).toEqual(['side_sign_in_needed', 'unanswered']);
});
