/** When a Threads token is to be renewed, and how it stands: pure functions of what is known of it. */
import type { ComponentHealth } from '../../contracts/health.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Before the expiry by the operator's contract. */
export const RENEW_AHEAD_MS = 7 * DAY_MS;
/** The API renews no token that is younger. */
const YOUNGEST_MS = DAY_MS;
/** Waits between failed renewals: doubled each time. Seven days hold many of them. */
const RETRY_FIRST_MS = 60 * 60_000;
const RETRY_LONGEST_MS = DAY_MS;

export type ThreadsToken = {
  /** Null while nobody has told it, as for a token that was put into `.env` by hand. */
  expiresAt: number | null;
  since: number;
};

export type Attempts = { failures: number; lastAt: number; refused: boolean; reason: string };
export const NO_ATTEMPTS: Attempts = { failures: 0, lastAt: 0, refused: false, reason: '' };

/** Milliseconds since the epoch; null: never again by itself. */
export function renewAt(token: ThreadsToken, attempts: Attempts): number | null {
  if (attempts.refused) return null;
  const young = token.since + YOUNGEST_MS;
  // Renewing is the only way to learn how long an unknown token lasts.
  const due = token.expiresAt === null ? young : Math.max(young, token.expiresAt - RENEW_AHEAD_MS);
  if (attempts.failures === 0) return due;
  const wait = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts.failures - 1, 10));
  return Math.max(due, attempts.lastAt + wait);
}

/** Wall clocks of one machine differ by less while nobody sets them. */
const CLOCK_SLACK_MS = 60_000;

/**
 * What is known of a token whose times were written by a clock that has been put back since: nothing but that it is here.
 * Left as they are, it would end long before its renewal.
 */
export function asOfNow(token: ThreadsToken, now: number): ThreadsToken {
  return token.since <= now + CLOCK_SLACK_MS ? token : { expiresAt: null, since: now };
}

/** The same for a failure that is still to come by this clock. */
export function attemptsAsOfNow(attempts: Attempts, now: number): Attempts {
  return attempts.lastAt <= now ? attempts : { ...attempts, lastAt: now };
}

/** A renewal that has failed for days may fail for good: a person is called while the token still lasts. */
const CALL_AHEAD_MS = 3 * DAY_MS;

function endsSoon({ expiresAt }: ThreadsToken, now: number): boolean {
  return expiresAt !== null && expiresAt - now < CALL_AHEAD_MS;
}

const AGAIN = 'run: bash scripts/threads-oauth.sh';

export function threadsHealth(token: ThreadsToken | null, attempts: Attempts, now: number): ComponentHealth {
  const part = { name: 'threads', required: false } as const;
  if (token === null) {
    return { ...part, state: 'off', code: 'off', reason: `no THREADS_ACCESS_TOKEN; to turn it on ${AGAIN}` };
  }
  const isOver = token.expiresAt !== null && token.expiresAt <= now;
  if (attempts.refused || isOver) {
    return {
      ...part,
      state: 'failed',
      code: 'threads_signed_out',
      signal: 'side_sign_in_needed',
      reason: `the Threads token is dead: ${AGAIN}`,
    };
  }
  const until = token.expiresAt === null ? 'unknown' : new Date(token.expiresAt).toISOString().slice(0, 10);
  if (attempts.failures > 0) {
    const reason = `the Threads token (until ${until}) could not be renewed: ${attempts.reason}`;
    const failing = { ...part, state: 'degraded', code: 'threads_refresh_failing', reason } as const;
    return endsSoon(token, now) ? { ...failing, signal: 'side_sign_in_needed' } : failing;
  }
  return { ...part, state: 'ok', code: 'ok', reason: `Threads token until ${until}` };
}
