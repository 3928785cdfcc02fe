/** What follows a failed attempt at a turn: a pure decision. */
import type { TurnEnd } from '../agents/agent.ts';

export type FailureCode = NonNullable<TurnEnd['error']>['code'] | 'timeout' | 'start_failed' | 'gone';

export type Verdict =
  | { kind: 'retry'; afterMs: number; freshSession: boolean }
  /** Trying again can't help: the chat is told why. */
  | { kind: 'give_up' };

/** 5 s × 2ⁿ, five times: 5, 10, 20, 40, 80 s. */
const FIRST_WAIT_MS = 5000;
const RETRIES = 5;

/** @param attempts attempts made so far, this failed one included */
export function judgeFailure(code: FailureCode, attempts: number): Verdict {
  if (attempts > RETRIES) return { kind: 'give_up' };
  const afterMs = FIRST_WAIT_MS * 2 ** (attempts - 1);
  switch (code) {
    case 'stale_session':
      return { kind: 'retry', afterMs: 0, freshSession: true };
    case 'gone':
    case 'crashed':
    case 'network':
    case 'overloaded':
    case 'rate_limit':
    case 'start_failed':
      return { kind: 'retry', afterMs, freshSession: false };
    case 'timeout':
    case 'auth':
    case 'credit':
    case 'budget':
    case 'max_turns':
    case 'other':
      return { kind: 'give_up' };
  }
}
