/** How an attempt at a turn came out: why it failed, and what the agent spent on it. Pure. */
import type { DiskStop } from '../agents/disk/disk-watch.ts';
import type { RunResult, TurnEnd } from '../agents/run.ts';
import type { Spent } from '../router/router.ts';
import type { FailureCode } from './retry.ts';

export type NotStarted = { kind: 'not_started'; code: 'start_failed' | DiskStop };
export type AttemptResult = RunResult | NotStarted | { kind: 'timeout' } | { kind: 'not_begun' };

export function failureOf(result: AttemptResult): FailureCode | null {
  switch (result.kind) {
    case 'timeout':
      return result.kind;
    case 'not_started':
      return result.code;
    case 'gone':
      return result.cause ?? (result.exit.oomKilled ? 'oom' : 'gone');
    case 'not_begun':
      return null;
    case 'ended':
      return result.cause ?? result.end.error?.code ?? 'other';
  }
}

export function spentOn(end: TurnEnd | null): Spent {
  const usage = end?.usage ?? null;
  return { tokens: usage ? usage.inputTokens + usage.outputTokens : 0, costUsd: usage?.costUsd ?? 0 };
}
