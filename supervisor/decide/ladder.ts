/**
 * Which step comes next for a cause. This is data and one pure choice; nothing here acts.
 * A new remedy is a name in state.ts, an entry here and an executor in `recovery/`.
 */
import type { Cause } from '../../contracts/incident.ts';
import type { Policy } from './policy.ts';
import type { OpenIncident, RemedyName } from './state.ts';

type Rungs = {
  /** Whether a plain restart at once is worth trying first (tier 1). */
  watchdog: boolean;
  /** Remedies of tier 2 that fit, cheapest first. */
  remedies: readonly RemedyName[];
};

export const LADDER: Record<Cause, Rungs> = {
  crash: { watchdog: true, remedies: ['restart'] },
  hang: { watchdog: true, remedies: ['restart'] },
  start_stuck: { watchdog: true, remedies: ['restart'] },
  bad_config: { watchdog: true, remedies: ['restart'] },
  port_in_use: { watchdog: true, remedies: ['restart'] },
  not_ready: { watchdog: false, remedies: ['restart'] },
  unreachable: { watchdog: false, remedies: ['restart'] },
};

/** One incident tries a remedy no more often than this, and a second time only if it had helped for a while. */
const REMEDY_TRIES = 2;

export type Verdict =
  | { kind: 'restart'; tier: 1 | 2; delayMs: number; reason: string }
  | { kind: 'hold'; watchdog: string; remedies: string };

export type Situation = {
  cause: Cause;
  incident: OpenIncident;
  /** Tier-1 restarts inside the window. */
  spent: number;
  /** Somebody was paged and this was a single try: no new round of restarts. */
  singleTry: boolean;
  chance: number;
};

export function choose(situation: Situation, policy: Policy): Verdict {
  const { cause, incident, spent, chance } = situation;
  if (situation.singleTry) {
    const waiting = 'the last try failed too; waiting for a person or the next try';
    return { kind: 'hold', watchdog: waiting, remedies: waiting };
  }
  const { budget, windowSeconds } = policy.restart;
  if (LADDER[cause].watchdog && spent < budget) {
    const delayMs = backoff(incident.restarts, chance, policy);
    const reason = `restart ${spent + 1} of ${budget} in ${windowSeconds} s, ${waitText(delayMs)}`;
    return { kind: 'restart', tier: 1, delayMs, reason };
  }
  const watchdog = LADDER[cause].watchdog
    ? `all ${budget} restarts in ${windowSeconds} s are used up`
    : 'a plain restart is no first answer to this cause';
  const fitting = LADDER[cause].remedies.find((name) => mayTry(incident, name));
  if (fitting) return { kind: 'restart', tier: 2, delayMs: 0, reason: `${watchdog}; ${fitting} is next` };
  return { kind: 'hold', watchdog, remedies: 'every remedy that fits was tried and did not last' };
}

function mayTry(incident: OpenIncident, name: RemedyName): boolean {
  const record = incident.remedies[name];
  return record === undefined || (record.helped && record.tries < REMEDY_TRIES);
}

/** Milliseconds before the n-th restart (0 = first), spread by chance so that nothing beats in step. */
export function backoff(restarts: number, chance: number, policy: Policy): number {
  const { backoffSeconds, jitter } = policy.restart;
  const base = backoffSeconds[Math.min(restarts, backoffSeconds.length - 1)] ?? 0;
  return Math.round(base * 1000 * (1 + jitter * (2 * chance - 1)));
}

function waitText(delayMs: number): string {
  return delayMs === 0 ? 'at once' : `after ${(delayMs / 1000).toFixed(1)} s`;
}

/** Wait before page number `count + 1`, milliseconds. */
export function pageWait(count: number, policy: Policy): number {
  const { repeatSeconds } = policy.page;
  return (repeatSeconds[Math.min(count, repeatSeconds.length) - 1] ?? 6 * 3600) * 1000;
}
