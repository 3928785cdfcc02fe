/**
 * Which step comes next for a cause: one pure choice over the catalogue's data; nothing here acts.
 *
 * Invariants: a rung is tried at most twice in an incident, and a second time only if it had helped, or had found nothing
 * to do about what was then thought to be the root; a restart is chosen only where the cause's ladder has one; sessions
 * keep their budget whatever incident asks.
 */
import type { Cause } from '../../contracts/incident.ts';
import type { Policy } from './policy.ts';
import type { Rung } from './signal-row.ts';
import { SIGNALS } from './signals.ts';
import type { OpenIncident, State } from './state.ts';

const RUNG_TRIES = 2;
const DAY_MS = 86_400_000;

export type Verdict =
  | { kind: 'restart'; tier: 1; delayMs: number; reason: string }
  | { kind: 'rung'; rung: Rung; reason: string }
  | { kind: 'emergency'; reason: string }
  | { kind: 'wait'; until: number; reason: string }
  | { kind: 'page'; watchdog: string; remedies: string; emergency: string };

export type Situation = {
  state: State;
  incident: OpenIncident;
  /** The process fault that asks, or null when it is about a part. */
  fault: Cause | null;
  /** A person was called and this was a single try: no new round. */
  singleTry: boolean;
  now: number;
  chance: number;
};

export function choose(situation: Situation, policy: Policy): Verdict {
  const { incident, singleTry, now } = situation;
  if (singleTry) return lastTryFailed();
  const { watchdog, verdict } = tryWatchdog(situation, policy);
  if (verdict) return verdict;
  const { rungs, patienceSeconds } = SIGNALS[incident.root.code].ladder;
  const rung = rungs.find(({ name }) => mayTry(incident, name));
  if (rung) return { kind: 'rung', rung, reason: `${watchdog}; ${rung.name} is next` };
  const remedies =
    rungs.length === 0 ? 'there is no remedy for this' : 'every remedy that fits was tried and did not last';
  const refused = whyNoSession(situation, policy);
  if (refused === null) return { kind: 'emergency', reason: remedies };
  const patientUntil = incident.seenAt + patienceSeconds * 1000;
  if (now < patientUntil) {
    return { kind: 'wait', until: patientUntil, reason: `${remedies}; it may end by itself` };
  }
  return { kind: 'page', watchdog, remedies, emergency: refused };
}

function lastTryFailed(): Verdict {
  const waiting = 'the last try failed too; waiting for a person or the next try';
  return { kind: 'page', watchdog: waiting, remedies: waiting, emergency: waiting };
}

/** Tier 1: only for a process that is gone or stands still. */
function tryWatchdog(
  { state, incident, fault, chance }: Situation,
  policy: Policy,
): { watchdog: string; verdict: Verdict | null } {
  const allowed = fault === null ? 0 : SIGNALS[fault].ladder.watchdog;
  if (allowed === 0) return { watchdog: restartsSoFar(incident), verdict: null };
  const { budget, windowSeconds } = policy.restart;
  const spent = state.budget.length;
  if (spent >= budget) {
    return { watchdog: `all ${budget} restarts in ${windowSeconds} s are used up`, verdict: null };
  }
  if (allowed !== 'budget' && incident.restarts >= allowed) {
    return { watchdog: 'another plain restart would not help', verdict: null };
  }
  const delayMs = backoff(incident.restarts, chance, policy);
  const reason = `restart ${spent + 1} of ${budget} in ${windowSeconds} s, ${waitText(delayMs)}`;
  return { watchdog: '', verdict: { kind: 'restart', tier: 1, delayMs, reason } };
}

function restartsSoFar({ restarts }: OpenIncident): string {
  return restarts === 0
    ? 'a plain restart is no first answer to this'
    : `${restarts} plain restarts did not last`;
}

function mayTry({ rungs, root }: OpenIncident, name: Rung['name']): boolean {
  const record = rungs[name];
  if (record === undefined) return true;
  const { tries, helped, nothingFor } = record;
  return tries < RUNG_TRIES && (helped || (nothingFor !== null && nothingFor !== root.code));
}

/** Null when a session may begin. */
function whyNoSession({ state, incident, now }: Situation, policy: Policy): string | null {
  const { perDay, apartSeconds } = policy.emergency;
  if (!SIGNALS[incident.root.code].ladder.doctor) return 'no session could cure this';
  if (incident.emergency !== 'unused') return 'a session has had its turn';
  if (sessionsToday(state, now).length >= perDay) return `all ${perDay} sessions of the day are used up`;
  const last = state.sessions.at(-1);
  if (last !== undefined && now < last + apartSeconds * 1000) return 'the last session was too short ago';
  return null;
}

export function sessionsToday(state: State, now: number): number[] {
  return state.sessions.filter((at) => at > now - DAY_MS);
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
