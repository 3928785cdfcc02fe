import { describe, expect, it } from 'vitest';
import type { Token } from './login.ts';
import { type AuthEvent, type AuthState, nextAt, REST_LONGEST_MS, step } from './state.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const token: Token = { id: 'a', expiresAt: NOW + 60 * MINUTE, refreshable: true, refreshEndsAt: null };
const other: Token = { id: 'b', expiresAt: NOW + 90 * MINUTE, refreshable: true, refreshEndsAt: null };
const old: Token = { ...token, expiresAt: NOW + 5 * MINUTE };

const ok: AuthState = { kind: 'ok', token, renewed: false, since: 0 };
const states = {
  no_login: { kind: 'no_login' },
  ok,
  renewed: { ...ok, renewed: true },
  refreshing: { kind: 'refreshing', token, why: 'due', failures: 0 },
  refused: { kind: 'refreshing', token, why: 'refused', failures: 0 },
  waiting: { kind: 'waiting', token, why: 'due', failures: 2, retryAt: NOW + 1, reason: 'r' },
  resting: { kind: 'resting', token, why: 'limited', until: NOW + 1 },
  signed_out: { kind: 'signed_out', token, why: 'due' },
} satisfies Record<string, AuthState>;
type Name = keyof typeof states;

const answer = (status: number, more: object = {}): AuthEvent => ({
  ...{ type: 'answered', tokenId: 'a', status, retryAfterMs: null, hasKey: true },
  ...more,
});
const found: AuthEvent = { type: 'login_read', token: other };
const same: AuthEvent = { type: 'login_read', token };
const gone: AuthEvent = { type: 'login_read', token: null };
const granted: AuthEvent = { type: 'refresh_granted', token: other };
const refused: AuthEvent = { type: 'refresh_refused' };
const failed: AuthEvent = { type: 'refresh_failed', reason: 'r', retryAfterMs: null };
const tick: AuthEvent = { type: 'time_passed' };

const all = Object.keys(states) as Name[];
const but = (...names: Name[]) => all.filter((name) => !names.includes(name));
const fresh = { kind: 'ok', token: other, renewed: false };

/** States × event → what becomes of it; `same` = nothing changes. */
const TABLE: [AuthEvent, string, Name[], object | 'same'][] = [
  [found, 'another login in the file', all, fresh],
  [same, 'the same login in the file', but('no_login'), 'same'],
  [same, 'a login in the file', ['no_login'], { kind: 'ok', token }],
  [gone, 'no login in the file', but('no_login'), { kind: 'no_login' }],
  [gone, 'no login in the file', ['no_login'], 'same'],
  [tick, 'a moment before anything is due', all, 'same'],
  [granted, 'a granted renewal', but('refreshing', 'refused'), fresh],
  [granted, 'a granted renewal', ['refreshing'], { ...fresh, since: NOW }],
  [granted, 'a granted renewal after a 401', ['refused'], { ...fresh, renewed: true }],
  [refused, 'a refused renewal', ['refreshing', 'refused'], { kind: 'signed_out', token }],
  [refused, 'a refused renewal', but('refreshing', 'refused'), 'same'],
  [failed, 'a failed renewal', ['refreshing', 'refused'], { kind: 'waiting', failures: 1 }],
  [failed, 'a failed renewal', but('refreshing', 'refused'), 'same'],
  [answer(401), 'HTTP 401', ['ok'], { kind: 'refreshing', why: 'refused', failures: 0 }],
  [answer(401), 'HTTP 401', ['renewed'], { kind: 'resting', why: 'refused' }],
  [answer(401), 'HTTP 401', ['refreshing', 'waiting', 'signed_out'], { why: 'refused' }],
  [answer(401), 'HTTP 401', ['no_login', 'refused', 'resting'], 'same'],
  [answer(429), 'HTTP 429', ['ok', 'renewed'], { kind: 'resting', why: 'limited', until: NOW + 5 * MINUTE }],
  [answer(429), 'HTTP 429', but('ok', 'renewed'), 'same'],
  [answer(402), 'HTTP 402', ['ok', 'renewed'], { kind: 'resting', why: 'limited' }],
  [answer(402), 'HTTP 402', but('ok', 'renewed'), 'same'],
  [answer(429, { hasKey: false }), 'HTTP 429 without a key', all, 'same'],
  [answer(401, { tokenId: 'z' }), 'HTTP 401 to an earlier login', all, 'same'],
  [answer(200), 'HTTP 200', all, 'same'],
  [answer(403), 'HTTP 403', all, 'same'],
  [answer(529), 'HTTP 529', all, 'same'],
];
const ROWS = TABLE.flatMap(([event, title, names, result]) =>
  names.map((name) => ({ title: `${name}, then ${title}`, state: states[name], event, result })),
);

describe('each state with each event', () => {
  it.each(ROWS)('$title', ({ state, event, result }) => {
    const next = step(state, event, NOW);
    if (result === 'same') expect(next).toBe(state);
    else expect(next).toMatchObject(result);
  });
});

describe('time', () => {
  it('asks for a renewal five minutes before the expiry, and not a millisecond sooner', () => {
    const at = token.expiresAt - 5 * MINUTE;
    expect(nextAt(ok)).toBe(at);
    expect(step(ok, tick, at - 1)).toBe(ok);
    expect(step(ok, tick, at)).toEqual(states.refreshing);
  });

  it('finds a login that is due as soon as it is read', () => {
    expect(step(states.no_login, { type: 'login_read', token: old }, NOW)).toMatchObject({
      kind: 'refreshing',
    });
  });

  it('signs out a login that cannot be renewed when it ends, and lets it serve until then', () => {
    const lone: AuthState = { ...ok, token: { ...token, refreshable: false } };
    expect(step(lone, tick, token.expiresAt - 1)).toBe(lone);
    expect(step(lone, tick, token.expiresAt)).toMatchObject({ kind: 'signed_out' });
    expect(step(lone, answer(401), NOW)).toMatchObject({ kind: 'signed_out', why: 'refused' });
  });

  it('does not ask a server in a loop that grants logins for seconds', () => {
    const brief: AuthState = { ...ok, token: { ...token, expiresAt: NOW + 1 }, since: NOW };
    expect(step(brief, tick, NOW + MINUTE - 1)).toBe(brief);
    expect(step(brief, tick, NOW + MINUTE)).toMatchObject({ kind: 'refreshing' });
  });

  it('ends a wait and a rest, and at once when the clock was put back by a day', () => {
    const { waiting, resting } = states;
    expect(step(waiting, tick, NOW + 1)).toMatchObject({ kind: 'refreshing', failures: 2 });
    expect(step(resting, tick, NOW + 1)).toMatchObject({ kind: 'ok', renewed: false });
    const yesterday = NOW - 24 * 60 * MINUTE;
    expect(step(waiting, tick, yesterday)).toMatchObject({ kind: 'refreshing' });
    expect(step(resting, tick, yesterday)).toMatchObject({ kind: 'ok' });
  });
});

describe('waits', () => {
  const afterFailures = (failures: number, retryAfterMs: number | null = null) => {
    const next = step({ ...states.refreshing, failures }, { ...failed, retryAfterMs } as AuthEvent, NOW);
    return next.kind === 'waiting' ? (next.retryAt - NOW) / 1000 : null;
  };

  it('double from 15 seconds to ten minutes, and are longer when the server says so', () => {
    expect([0, 1, 2, 3, 9, 5000].map((failures) => afterFailures(failures))).toEqual([
      15, 30, 60, 120, 600, 600,
    ]);
    expect([afterFailures(0, 90_000), afterFailures(0, 86_400_000)]).toEqual([90, 600]);
  });

  it('of a rest follow the API between a minute and an hour', () => {
    const restFor = (retryAfterMs: number) => {
      const next = step(ok, answer(429, { retryAfterMs }), NOW);
      return next.kind === 'resting' ? next.until - NOW : null;
    };
    expect([1, 120_000, 86_400_000].map(restFor)).toEqual([MINUTE, 120_000, REST_LONGEST_MS]);
  });
});
