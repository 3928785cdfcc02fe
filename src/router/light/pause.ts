/**
 * When the light model is not asked. Pure.
 *
 *   open ──failure──▶ paused ──time passes──▶ open (the next question is the trial) ──answer──▶ open, failures forgotten
 *
 * Beside it the pace: the proxy lets one request pass each interval and keeps the others waiting (`--rate-limit 10
 * --wait`). It forwards a request even when the client has left meanwhile, so waiting and giving up costs twice.
 */
import type { HandoverReason } from './outcome.ts';

export type PauseState = {
  failures: number;
  /** Monotonic, milliseconds. */
  until: number;
  lastFailure: HandoverReason | null;
};

export const OPEN: PauseState = { failures: 0, until: 0, lastFailure: null };

/** The first pause after a failure that may pass by itself; doubles with each further one, milliseconds. */
export const FIRST_PAUSE_MS = 30_000;
export const LONGEST_PAUSE_MS = 10 * 60_000;
/** A sign-in comes back only when a person renews it. */
const UNAUTHORIZED_PAUSE_MS = 10 * 60_000;
/** A limit without Retry-After. */
const RATE_LIMITED_PAUSE_MS = 60_000;
/** A stranger's number must not switch the light model off for days. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** The interval that copilot-api.service sets, milliseconds. */
export const PACE_MS = 10_000;
/** Somebody who wrote "hi" rather waits for an agent than longer than this for the proxy, milliseconds. */
export const PACE_PATIENCE_MS = 3000;

export function afterFailure(
  state: PauseState,
  failure: { reason: HandoverReason; retryAfterMs: number | null },
  now: number,
): PauseState {
  const failures = state.failures + 1;
  const ms = pauseMs(failure.reason, failures, failure.retryAfterMs);
  return ms === null ? state : { failures, until: now + ms, lastFailure: failure.reason };
}

/** Null: this says nothing about the proxy's health. */
function pauseMs(reason: HandoverReason, failures: number, retryAfterMs: number | null): number | null {
  switch (reason) {
    case 'model_asked':
    case 'paused':
    case 'pace':
    case 'filtered':
    case 'too_long':
    case 'stopped':
      return null;
    case 'unauthorized':
      return UNAUTHORIZED_PAUSE_MS;
    case 'rate_limited':
      return Math.min(retryAfterMs ?? RATE_LIMITED_PAUSE_MS, LONGEST_RETRY_AFTER_MS);
    case 'no_network':
    case 'server_error':
    case 'refused':
    case 'malformed':
    case 'first_token_timeout':
    case 'timeout':
    case 'empty':
    case 'truncated':
      return Math.min(Math.max(retryAfterMs ?? 0, FIRST_PAUSE_MS * 2 ** (failures - 1)), LONGEST_PAUSE_MS);
  }
}

/** How long the proxy would keep a request that comes now, milliseconds. */
export function paceWaitMs(lastPassAt: number | null, now: number): number {
  return lastPassAt === null ? 0 : Math.max(0, lastPassAt + PACE_MS - now);
}
