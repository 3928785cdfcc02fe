/**
 * The sign-in's state machine: a pure function of (state, event, time).
 *
 *                      login_read (another login) / refresh granted
 *        ┌──────────────────────────────────────────────────────────────┐
 *        ▼                                                              │
 *      ┌────┐ due, or 401 on a token     ┌────────────┐  failed   ┌─────────┐
 *  ┌──►│ ok ├───not renewed for a 401───►│ refreshing ├──────────►│ waiting │
 *  │   └─┬──┘                            └──┬─────────┘◄──────────┤         │
 *  │     │ 429, 402 (and a key);            │ refused   retryAt   └─────────┘
 *  │     │ 401 on a token renewed for one   ▼
 *  │     │                            ┌────────────┐   no_login: there is no login file; from any state when it is
 *  │     ▼                            │ signed_out │   gone, to `ok` when there is one. The key serves, else the
 *  │  ┌─────────┐                     └────────────┘   scripted offline model.
 *  └──┤ resting │ until T, bounded
 *     └─────────┘
 *
 * Entering `refreshing` is what asks for a renewal. Invariants: one 401 causes at most one renewal; a token that was
 * refused is not sent again before it was renewed or has rested; `signed_out` leaves only by another login.
 */
import type { Token } from './login.ts';

/** Before the expiry by the operator's contract. */
export const REFRESH_AHEAD_MS = 5 * 60_000;
/** A server that grants logins shorter than that must not be asked in a loop. */
const REFRESH_SHORTEST_MS = 60_000;
/** Waits between failed renewals: doubled each time. Four fit into the five minutes before the expiry. */
const RETRY_FIRST_MS = 15_000;
export const RETRY_LONGEST_MS = 10 * 60_000;
/** How long the subscription rests when the API does not say; and the bounds of what it says. */
const REST_MS = 5 * 60_000;
const REST_SHORTEST_MS = 60_000;
export const REST_LONGEST_MS = 60 * 60_000;
/** A token that was refused right after it was renewed: another renewal would burn login after login. */
const REFUSED_REST_MS = 15 * 60_000;

/** `due`: its time has come, the token works still. `refused`: the API said 401 to it. */
export type RefreshWhy = 'due' | 'refused';

export type AuthState =
  | { kind: 'no_login' }
  /** `renewed`: because of a 401. `since`: when it was renewed, 0 for a login that was found. */
  | { kind: 'ok'; token: Token; renewed: boolean; since: number }
  | { kind: 'refreshing'; token: Token; why: RefreshWhy; failures: number }
  | { kind: 'waiting'; token: Token; why: RefreshWhy; failures: number; retryAt: number; reason: string }
  | { kind: 'resting'; token: Token; why: 'limited' | 'refused'; until: number }
  | { kind: 'signed_out'; token: Token; why: RefreshWhy };

export type AuthEvent =
  /** The credentials file as it is now; null without a login in it. */
  | { type: 'login_read'; token: Token | null }
  | { type: 'time_passed' }
  | { type: 'refresh_granted'; token: Token }
  | { type: 'refresh_refused' }
  | { type: 'refresh_failed'; reason: string; retryAfterMs: number | null }
  /** The model API answered a request that was sent with this login. */
  | { type: 'answered'; tokenId: string; status: number; retryAfterMs: number | null; hasKey: boolean };

/** @param now milliseconds since the epoch */
export function step(state: AuthState, event: AuthEvent, now: number): AuthState {
  switch (event.type) {
    case 'login_read':
      return readLogin(state, event.token, now);
    case 'time_passed':
      return passTime(state, now);
    case 'refresh_granted':
      if (state.kind !== 'refreshing') return readLogin(state, event.token, now);
      return { kind: 'ok', token: event.token, renewed: state.why === 'refused', since: now };
    case 'refresh_refused':
      if (state.kind !== 'refreshing') return state;
      return { kind: 'signed_out', token: state.token, why: state.why };
    case 'refresh_failed':
      return state.kind === 'refreshing' ? failRefresh(state, event, now) : state;
    case 'answered':
      return judgeAnswer(state, event, now);
  }
}

function readLogin(state: AuthState, token: Token | null, now: number): AuthState {
  if (token === null) return state.kind === 'no_login' ? state : { kind: 'no_login' };
  if (state.kind !== 'no_login' && state.token.id === token.id) return state;
  return passTime({ kind: 'ok', token, renewed: false, since: 0 }, now);
}

function passTime(state: AuthState, now: number): AuthState {
  switch (state.kind) {
    case 'ok': {
      const { token, since } = state;
      if (now < endOf(token) || !reached(since + REFRESH_SHORTEST_MS, REFRESH_SHORTEST_MS, now)) return state;
      if (!token.refreshable) return { kind: 'signed_out', token, why: 'due' };
      return { kind: 'refreshing', token, why: 'due', failures: 0 };
    }
    case 'waiting': {
      if (!reached(state.retryAt, RETRY_LONGEST_MS, now)) return state;
      const { token, why, failures } = state;
      return { kind: 'refreshing', token, why, failures };
    }
    case 'resting':
      if (!reached(state.until, REST_LONGEST_MS, now)) return state;
      return passTime({ kind: 'ok', token: state.token, renewed: false, since: 0 }, now);
    case 'no_login':
    case 'refreshing':
    case 'signed_out':
      return state;
  }
}

function failRefresh(
  { token, why, failures: before }: Extract<AuthState, { kind: 'refreshing' }>,
  { reason, retryAfterMs }: Extract<AuthEvent, { type: 'refresh_failed' }>,
  now: number,
): AuthState {
  const doubled = RETRY_FIRST_MS * 2 ** Math.min(before, 10);
  const wait = Math.min(RETRY_LONGEST_MS, Math.max(doubled, retryAfterMs ?? 0));
  return { kind: 'waiting', token, why, failures: before + 1, retryAt: now + wait, reason };
}

/** From the status alone. 403 is about what was asked for, 5xx about the API: neither is about the sign-in. */
function judgeAnswer(
  state: AuthState,
  event: Extract<AuthEvent, { type: 'answered' }>,
  now: number,
): AuthState {
  if (state.kind === 'no_login' || state.token.id !== event.tokenId) return state; // about an earlier login
  switch (event.status) {
    case 401:
      return refuseToken(state, now);
    case 402:
    case 429:
      if (state.kind !== 'ok' || !event.hasKey) return state;
      return { kind: 'resting', token: state.token, why: 'limited', until: now + restOf(event.retryAfterMs) };
    default:
      return state;
  }
}

function refuseToken(state: Exclude<AuthState, { kind: 'no_login' }>, now: number): AuthState {
  const { token } = state;
  switch (state.kind) {
    case 'ok':
      if (state.renewed) return { kind: 'resting', token, why: 'refused', until: now + REFUSED_REST_MS };
      if (!token.refreshable) return { kind: 'signed_out', token, why: 'refused' };
      return { kind: 'refreshing', token, why: 'refused', failures: 0 };
    case 'refreshing':
    case 'waiting':
    case 'signed_out':
      return state.why === 'refused' ? state : { ...state, why: 'refused' };
    case 'resting':
      return state; // sent before it rested
  }
}

function restOf(retryAfterMs: number | null): number {
  return Math.min(REST_LONGEST_MS, Math.max(REST_SHORTEST_MS, retryAfterMs ?? REST_MS));
}

/** A moment further away than it can ever be was written before the wall clock was put back. */
function reached(moment: number, longest: number, now: number): boolean {
  return now >= moment || moment - now > longest;
}

/** When a token has to be renewed; one that can't be serves to its last moment. */
function endOf(token: Token): number {
  return token.refreshable ? token.expiresAt - REFRESH_AHEAD_MS : token.expiresAt;
}

/** When time itself will change the state next, milliseconds since the epoch; null: never. */
export function nextAt(state: AuthState): number | null {
  switch (state.kind) {
    case 'ok':
      return Math.max(endOf(state.token), state.since + REFRESH_SHORTEST_MS);
    case 'waiting':
      return state.retryAt;
    case 'resting':
      return state.until;
    case 'no_login':
    case 'refreshing':
    case 'signed_out':
      return null;
  }
}
