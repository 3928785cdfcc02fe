/**
 * From a fault to its answer: restart (tier 1 or 2), or page and hold. Every fault the supervisor sees comes
 * through here, so budgets and incidents cannot be passed by.
 */
import type { Decision } from './decision.ts';
import { type Fault, notice, recordFault } from './incident.ts';
import { choose, pageWait, type Verdict } from './ladder.ts';
import type { AfterStop, OpenIncident, Process } from './state.ts';

/** @param alive the process at fault when it is still there and must make room */
export function answerFault(d: Decision, fault: Fault, alive: Process | null): void {
  const singleTry = d.state.service.kind === 'starting' && d.state.incident?.page != null;
  recordFailedRestart(d);
  recordFault(d, fault);
  const incident = d.state.incident;
  if (!incident) return; // recordFault has just opened one; this only tells the compiler
  const windowStart = d.now.mono - d.policy.restart.windowSeconds * 1000;
  const budget = d.state.budget.filter((at) => at > windowStart);
  d.update({ budget });
  const situation = { cause: fault.cause, incident, spent: budget.length, singleTry, chance: d.event.chance };
  const verdict = choose(situation, d.policy);
  if (verdict.kind === 'restart') restart(d, incident, verdict, alive);
  else hold(d, incident, verdict, fault, alive);
}

/** A restart that never reached health has its own line in the metrics. */
function recordFailedRestart(d: Decision): void {
  const { service, incident } = d.state;
  if (!incident || incident.healer === 'nobody' || service.kind !== 'starting') return;
  const seconds = (d.now.mono - service.process.since) / 1000;
  d.metric('gateway_restart', 'failed', seconds, { incident: incident.id, tier: incident.tier });
}

function restart(
  d: Decision,
  incident: OpenIncident,
  verdict: Extract<Verdict, { kind: 'restart' }>,
  alive: Process | null,
): void {
  const { tier, delayMs, reason } = verdict;
  d.note({ type: 'decided', tier, action: 'restart', reason });
  const tries = (incident.remedies.restart?.tries ?? 0) + 1;
  d.amend({
    tier,
    healer: 'supervisor',
    restarts: incident.restarts + (tier === 1 ? 1 : 0),
    remedies: { ...incident.remedies, restart: { tries, helped: false } },
  });
  if (tier === 1) d.update({ budget: [...d.state.budget, d.now.mono] });
  startAfter(d, alive, d.now.mono + delayMs, reason);
}

/** Starts at `dueAt`, after the living process has made room. */
export function startAfter(d: Decision, alive: Process | null, dueAt: number, reason: string): void {
  if (alive) stopFirst(d, alive, reason, { kind: 'start', dueAt });
  else if (dueAt <= d.now.mono) spawn(d);
  else d.goto({ kind: 'down', since: d.now.mono, dueAt, reason });
}

export function spawn(d: Decision): void {
  d.update({ restartsTotal: d.state.restartsTotal + 1 });
  d.goto({ kind: 'spawning', since: d.now.mono, orphanUntil: null });
  d.act({ kind: 'start_process' });
}

/** TERM now; the deadline in the new state brings KILL. */
export function stopFirst(
  d: Decision,
  process: Process,
  reason: string,
  next: AfterStop,
  graceSeconds = d.policy.stop.killAfterSeconds,
): void {
  const killAt = d.now.mono + graceSeconds * 1000;
  d.goto({ kind: 'stopping', since: d.now.mono, process, reason, killAt, next });
  d.act({ kind: 'terminate', pid: process.pid, birth: process.birth });
}

function hold(
  d: Decision,
  incident: OpenIncident,
  verdict: Extract<Verdict, { kind: 'hold' }>,
  fault: Fault,
  alive: Process | null,
): void {
  if (incident.page === null) firstPage(d, incident, verdict);
  else d.note({ type: 'verified', ok: false, detail: verdict.remedies });
  const useless = fault.cause === 'hang' || fault.cause === 'start_stuck';
  if (alive && useless) return stopFirst(d, alive, fault.detail, { kind: 'hold' });
  const check = alive ? d.now.mono + d.policy.health.intervalSeconds * 1000 : null;
  d.goto({ kind: 'held', since: d.now.mono, process: alive, check, reason: fault.detail });
}

function firstPage(d: Decision, incident: OpenIncident, verdict: Extract<Verdict, { kind: 'hold' }>): void {
  d.note({ type: 'decided', tier: 1, action: 'none', reason: verdict.watchdog });
  d.note({ type: 'decided', tier: 2, action: 'none', reason: verdict.remedies });
  d.note({
    type: 'decided',
    tier: 3,
    action: 'none',
    reason: 'the emergency session is not available in this version',
  });
  d.note({ type: 'decided', tier: 4, action: 'page', reason: 'only a person can help now' });
  d.amend({ tier: 4, page: { count: 1, nextAt: d.now.mono + pageWait(1, d.policy) } });
  d.page(notice(d, incident, 'page', 1));
}
