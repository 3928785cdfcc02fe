import { describe, expect, it } from 'vitest';
import { type Choice, choose } from './choose.ts';
import { type KeyState, keyAfter, signInHealth } from './health.ts';
import type { AuthState } from './state.ts';

const NOW = 1_700_000_000_000;
const token = { id: 'a', expiresAt: NOW + 3_600_000, refreshable: true, refreshEndsAt: null };
const dead = { ...token, expiresAt: NOW };
const waiting = {
  kind: 'waiting',
  token,
  why: 'due',
  failures: 1,
  retryAt: NOW,
  reason: 'HTTP 500',
} as const;
const resting = { kind: 'resting', token, why: 'limited', until: NOW } as const;

/** State, key → what is used, how it looks. */
const TABLE: [string, AuthState, boolean, string, string, string][] = [
  ['nothing at all', { kind: 'no_login' }, false, 'none', 'degraded', 'no_sign_in'],
  ['a key only', { kind: 'no_login' }, true, 'api_key', 'ok', 'prepaid_key'],
  ['a good login', { kind: 'ok', token, renewed: false, since: 0 }, true, 'oauth', 'ok', 'subscription'],
  [
    'a login that can’t be renewed, in its last hour',
    { kind: 'ok', token: { ...token, refreshable: false }, renewed: false, since: 0 },
    true,
    ...(['oauth', 'degraded', 'token_expiring'] as const),
  ],
  [
    'a login whose renewals end in two days',
    { kind: 'ok', token: { ...token, refreshEndsAt: NOW + 2 * 86_400_000 }, renewed: false, since: 0 },
    true,
    ...(['oauth', 'degraded', 'token_expiring'] as const),
  ],
  [
    'a renewal in good time',
    { kind: 'refreshing', token, why: 'due', failures: 0 },
    true,
    ...(['oauth', 'ok', 'subscription'] as const),
  ],
  [
    'a renewal after a 401',
    { kind: 'refreshing', token, why: 'refused', failures: 0 },
    false,
    ...(['expired', 'failed', 'refresh_failing'] as const),
  ],
  ['a failed renewal, the old token valid', waiting, true, 'oauth', 'degraded', 'refresh_failing'],
  [
    'a failed renewal, the old token over',
    { ...waiting, token: dead },
    true,
    'api_key',
    'degraded',
    'on_fallback',
  ],
  ['the same without a key', { ...waiting, token: dead }, false, 'expired', 'failed', 'refresh_failing'],
  ['a limit', resting, true, 'api_key', 'degraded', 'on_fallback'],
  ['a limit without a key', resting, false, 'oauth', 'degraded', 'rate_limited'],
  ['a renewed token refused', { ...resting, why: 'refused' }, true, 'api_key', 'degraded', 'token_refused'],
  ['the same without a key', { ...resting, why: 'refused' }, false, 'expired', 'failed', 'token_refused'],
  [
    'signed out, the token valid',
    { kind: 'signed_out', token, why: 'due' },
    true,
    ...(['oauth', 'degraded', 'signed_out'] as const),
  ],
  [
    'signed out, on the key',
    { kind: 'signed_out', token: dead, why: 'due' },
    true,
    ...(['api_key', 'degraded', 'signed_out'] as const),
  ],
  [
    'signed out without a key',
    { kind: 'signed_out', token, why: 'refused' },
    false,
    ...(['expired', 'failed', 'signed_out'] as const),
  ],
];

describe('exactly one credential is used, and the health says which and why', () => {
  it.each(TABLE)('%s', (_case, state, hasKey, choice, severity, code) => {
    expect(choose(state, hasKey, NOW)).toBe(choice);
    const view = { state, choice: choose(state, hasKey, NOW), key: 'fine' as const, now: NOW };
    expect(signInHealth(view)).toMatchObject({ name: 'model', state: severity, code });
  });

  it('never asks for a restart over a sign-in, which no restart would renew', () => {
    for (const [, state, hasKey] of TABLE) {
      const health = signInHealth({ state, choice: choose(state, hasKey, NOW), key: 'fine', now: NOW });
      if (health.state === 'failed') expect(health.required).toBe(false);
    }
  });

  it('asks for a person when the key in use has no credit, and not while it is not in use', () => {
    const view = { state: resting, choice: 'api_key' as const, key: 'exhausted' as const, now: NOW };
    expect(signInHealth(view)).toMatchObject({
      code: 'credit_exhausted',
      state: 'failed',
      signal: 'credit_spent',
    });
    expect(signInHealth({ ...view, choice: 'oauth' }).code).toBe('rate_limited');
  });
});

it.each<[string, AuthState, Choice, string | undefined]>([
  ['nothing while it is well', { kind: 'ok', token, renewed: false, since: 0 }, 'oauth', undefined],
  ['nothing while renewals may yet succeed', waiting, 'api_key', undefined],
  [
    'for a login that nobody answers for any more',
    { kind: 'signed_out', token: dead, why: 'due' },
    'expired',
    'sign_in_revoked',
  ],
  [
    'in time while the key pays',
    { kind: 'signed_out', token: dead, why: 'due' },
    'api_key',
    'sign_in_needed',
  ],
  [
    'in time while the last token lasts',
    { kind: 'signed_out', token, why: 'due' },
    'oauth',
    'sign_in_needed',
  ],
  [
    'in time before the renewals end',
    { kind: 'ok', token: { ...token, refreshEndsAt: NOW + 86_400_000 }, renewed: false, since: 0 },
    ...(['oauth', 'sign_in_needed'] as const),
  ],
])('calls a person: %s', (_case, state, choice, signal) => {
  expect(signInHealth({ state, choice, key: 'fine', now: NOW }).signal).toBe(signal);
});

it.each<[number, KeyState]>([
  [200, 'fine'],
  [401, 'refused'],
  [402, 'exhausted'],
  [429, 'limited'],
  [400, 'exhausted'],
  [529, 'exhausted'],
])('after HTTP %i a key that had no credit is %s', (status, after) => {
  expect(keyAfter('exhausted', status)).toBe(after);
});
