/** What follows a failed attempt at a turn: a pure decision. */
import type { StopCause, TurnEnd } from '../agents/run.ts';

export type FailureCode =
  | NonNullable<TurnEnd['error']>['code']
  | 'start_failed'
  | 'gone'
  /** Its memory limit ended it. */
  | 'oom'
  | StopCause;

export type Verdict =
  | { kind: 'retry'; afterMs: number; leavesSession: boolean }
  /** Trying again can't help: the chat is told why. */
  | { kind: 'give_up' };

/** 5 s × 2ⁿ, five times: 5, 10, 20, 40, 80 s. */
const FIRST_WAIT_MS = 5000;
const RETRIES = 5;

/** A turn that was begun so often, and is at it for so long, milliseconds, may well be what brings us down each time. */
export const ATTEMPTS_LIMIT = 20;
export const HOPELESS_AFTER_MS = 15 * 60_000;

/** @param sinceMs how long ago the turn was opened */
export function isHopeless(attempts: number, sinceMs: number): boolean {
  return attempts >= ATTEMPTS_LIMIT && sinceMs >= HOPELESS_AFTER_MS;
}

/** @param failures failed attempts so far, this one included */
export function judgeFailure(code: FailureCode, failures: number): Verdict {
  if (failures > RETRIES) return { kind: 'give_up' };
  const afterMs = FIRST_WAIT_MS * 2 ** (failures - 1);
  switch (code) {
    case 'stale_session':
      return { kind: 'retry', afterMs: 0, leavesSession: true };
    case 'gone':
    case 'oom':
    case 'disk_low':
    case 'not_taken':
    case 'hang':
    case 'stuck':
    case 'garbage':
    case 'crashed':
    case 'network':
    case 'overloaded':
    case 'rate_limit':
    case 'start_failed':
      return { kind: 'retry', afterMs, leavesSession: false };
    // A damaged program stays so until somebody mends it; that the engine lost a file for a moment is rare.
    case 'broken_runner':
      return failures > 1 ? { kind: 'give_up' } : { kind: 'retry', afterMs, leavesSession: false };
    case 'timeout':
    case 'auth':
    case 'credit':
    case 'budget':
    case 'disk_quota':
    case 'max_turns':
    case 'other':
      return { kind: 'give_up' };
  }
}
