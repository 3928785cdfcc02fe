/**
 * The ladder in motion: takes the next step of an incident.
 *
 *   none ──▶ remedy ──done──▶ verify ──good again──▶ none … closed once it has stayed so
 *    │  ▲       │ failed        │ still bad
 *    │  └───────┴───────────────┘ next rung
 *    ├──▶ waiting (another incident is at work, or it may end by itself) ──▶ next rung
 *    ├──▶ emergency ──result──▶ verify, or spent
 *    └──▶ spent: a person was called; the service is tried once with each further page
 *
 * Invariants: one incident acts at a time; what a remedy or a session says of itself never closes anything.
 */
import type { Cause, Tier } from '../../contracts/incident.ts';
import type { RemedyName } from '../../contracts/remedy.ts';
import type { Decision } from './decision.ts';
import { choose, sessionsToday, type Verdict } from './ladder.ts';
import { isServing, processOf, type ServiceOf } from './service.ts';
import type { Rung } from './signal-row.ts';
import { SIGNALS } from './signals.ts';
import { spawn, startAfter, stopFirst } from './spawn.ts';
import { type OpenIncident, serviceIncident } from './state.ts';
import { pageOnce, showProgress } from './tell.ts';

/** How soon an incident that had to wait for another asks again. */
const ASK_AGAIN_MS = 5000;
/** A session ends itself at its limit; a minute later its result is not coming any more. */
const SESSION_GRACE_SECONDS = 60;

/**
 * Takes the next step of an incident. The service rests already where it is at fault.
 * @param fault the process fault that asks; null when it is about a part, or when a step has ended
 */
export function advance(d: Decision, id: string, fault: Cause | null = null, singleTry = false): void {
  const incident = d.incident(id);
  if (incident === null) return;
  // Asked again when the pause is over.
  if (d.state.pause !== null) return waitTurn(d, incident, 'paused');
  const { state, now, event, policy } = d;
  const situation = { state, incident, fault, singleTry, now: now.mono, chance: event.chance };
  follow(d, incident, choose(situation, policy));
  showProgress(d, id);
}

function follow(d: Decision, incident: OpenIncident, verdict: Verdict): void {
  switch (verdict.kind) {
    case 'restart':
      return restartAtOnce(d, incident, verdict);
    case 'rung':
      if (mustWait(d, incident, touchesService(verdict.rung))) return waitTurn(d, incident);
      return beginRung(d, incident, verdict.rung, verdict.reason);
    case 'emergency':
      if (mustWait(d, incident, false)) return waitTurn(d, incident);
      return beginSession(d, incident, verdict.reason);
    case 'wait':
      return wait(d, incident, verdict.until, verdict.reason);
    case 'page':
      return callPerson(d, incident, verdict);
  }
}

/** Another incident acts, or the service is not in a state in which a part could be helped. */
function mustWait(d: Decision, incident: OpenIncident, needsService: boolean): boolean {
  const { incidents, service } = d.state;
  const acts = ({ step }: OpenIncident) => step.kind === 'remedy' || step.kind === 'emergency';
  if (incidents.some((other) => other.id !== incident.id && acts(other))) return true;
  const covering = serviceIncident(d.state);
  if (covering !== null && covering.id !== incident.id) {
    // Where a person is needed for the service, its parts may be helped all the same.
    return needsService || !(isServing(service) || covering.step.kind === 'spent');
  }
  if (service.kind === 'held') return covering === null;
  return service.kind !== 'up' && service.kind !== 'unhealthy';
}

function touchesService({ name, service }: Rung): boolean {
  return name === 'restart' || service === 'stop';
}

function waitTurn(d: Decision, { id }: OpenIncident, why = 'something else comes first'): void {
  d.amend(id, { step: { kind: 'waiting', until: d.now.mono + ASK_AGAIN_MS, why } });
}

function wait(d: Decision, { id, step }: OpenIncident, until: number, why: string): void {
  if (step.kind !== 'waiting') d.note(id, { type: 'decided', tier: 2, action: 'wait', reason: why });
  d.amend(id, { step: { kind: 'waiting', until, why } });
}

function restartAtOnce(
  d: Decision,
  incident: OpenIncident,
  verdict: Extract<Verdict, { kind: 'restart' }>,
): void {
  const { tier, delayMs, reason } = verdict;
  const { id, restarts } = incident;
  d.note(id, { type: 'decided', tier, action: 'restart', reason });
  d.amend(id, { tier, healer: 'supervisor', restarts: restarts + 1, step: { kind: 'none' } });
  d.update({ budget: [...d.state.budget, d.now.mono] });
  startAfter(d, processOf(d.state.service), { dueAt: d.now.mono + delayMs, reason });
}

function beginRung(d: Decision, incident: OpenIncident, rung: Rung, reason: string): void {
  const { id, rungs } = incident;
  const { name } = rung;
  const tries = (rungs[name]?.tries ?? 0) + 1;
  d.note(id, { type: 'decided', tier: 2, action: name, reason });
  d.amend(id, { rungs: { ...rungs, [name]: { tries, helped: false, nothingFor: null } } });
  if (name === 'restart') return restartAsRemedy(d, incident, reason);
  const until = d.now.mono + d.policy.remedy.limitSeconds * 1000;
  d.amend(id, { step: { kind: 'remedy', name, begun: false, until } });
  if (rung.service === 'stop' || isUseless(incident.lastCause)) makeRoom(d, id, `room for ${name}`);
  beginRemedyInRoom(d, id, rung.service === 'keep');
}

/** This tier has done something that may have healed it. */
export function credit(d: Decision, { id }: OpenIncident, tier: Tier): void {
  const before = d.incident(id)?.tier ?? tier;
  d.amend(id, { tier: before > tier ? before : tier, healer: 'supervisor' });
}

/** A process that hangs or never gets ready can do nothing while it waits. */
function isUseless(cause: Cause): boolean {
  return cause === 'hang' || cause === 'start_stuck';
}

function restartAsRemedy(d: Decision, incident: OpenIncident, reason: string): void {
  const { id, coversService } = incident;
  credit(d, incident, 2);
  d.amend(id, { coversService: true, step: { kind: 'verify', name: 'restart', until: null, bad: 0 } });
  const process = processOf(d.state.service);
  if (coversService || process === null) return startAfter(d, process, { dueAt: d.now.mono, reason });
  const next = { kind: 'start', dueAt: d.now.mono, byHand: false } as const;
  stopFirst(d, process, reason, next, d.policy.stop.drainSeconds);
}

/** Ends the process for the sake of a remedy or a session's fix; a healthy one may finish its turns. */
export function makeRoom(d: Decision, id: string, reason: string): void {
  const { service } = d.state;
  const process = processOf(service);
  const wasUp = service.kind === 'up' || service.kind === 'unhealthy';
  d.amend(id, { coversService: true });
  if (process === null || service.kind === 'stopping') return;
  const { drainSeconds, killAfterSeconds } = d.policy.stop;
  stopFirst(d, process, reason, { kind: 'hold' }, wasUp ? drainSeconds : killAfterSeconds);
}

/** Runs the remedy that was decided on, as soon as nothing is in its way. */
export function beginRemedyInRoom(d: Decision, id: string, processMayLive = false): void {
  const incident = d.incident(id);
  if (incident?.step.kind !== 'remedy' || incident.step.begun) return;
  const { service } = d.state;
  if (service.kind === 'stopping' || (!processMayLive && processOf(service) !== null)) return;
  d.amend(id, { step: { ...incident.step, begun: true } });
  runRemedy(d, incident, incident.step.name);
}

export function runRemedy(d: Decision, { id, root }: OpenIncident, remedy: RemedyName): void {
  d.later({ kind: 'run_remedy', incident: id, remedy, target: root.target });
}

/** Budgets are the caller's to keep; what it takes counts in any case. */
export function beginSession(d: Decision, incident: OpenIncident, reason: string): void {
  const { id } = incident;
  const number = incident.sessions + 1;
  d.note(id, { type: 'decided', tier: 3, action: 'emergency session', reason });
  const until = d.now.mono + (d.policy.emergency.limitSeconds + SESSION_GRACE_SECONDS) * 1000;
  const step = { kind: 'emergency', until, tries: false } as const;
  d.amend(id, { emergency: 'active', sessions: number, step });
  d.update({ sessions: [...sessionsToday(d.state, d.now.mono), d.now.mono] });
  const { service } = d.state;
  // From here on the session alone says when the service is tried, not the next page.
  if (service.kind === 'held') d.goto({ ...service, why: 'step' });
  resumeSession(d, { ...incident, sessions: number });
  startIfItMayRun(d, incident);
}

/** Ordered again by a later supervisor too: a session that runs is followed, not doubled. */
export function resumeSession(d: Decision, { id, root, detail, sessions }: OpenIncident): void {
  const { limitSeconds } = d.policy.emergency;
  const order = { incident: id, number: Math.max(1, sessions), cause: root.code, detail, limitSeconds };
  d.later({ kind: 'start_emergency', ...order });
}

/** A process that was stopped for a remedy and can run with this fault is better than none. */
function startIfItMayRun(d: Decision, { root, lastCause }: OpenIncident): void {
  const { service } = d.state;
  const mayRun = SIGNALS[root.code].ladder.mayRun && SIGNALS[lastCause].ladder.mayRun;
  if (mayRun && service.kind === 'held' && service.process === null) spawn(d);
}

function callPerson(d: Decision, incident: OpenIncident, verdict: Extract<Verdict, { kind: 'page' }>): void {
  const { id, root, page, step } = incident;
  if (page === null || step.kind !== 'spent') {
    d.note(id, { type: 'decided', tier: 1, action: 'none', reason: verdict.watchdog });
    d.note(id, { type: 'decided', tier: 2, action: 'none', reason: verdict.remedies });
    d.note(id, { type: 'decided', tier: 3, action: 'none', reason: verdict.emergency });
    d.note(id, { type: 'decided', tier: 4, action: 'page', reason: 'only a person can help now' });
  } else {
    d.note(id, { type: 'verified', ok: false, detail: verdict.remedies });
  }
  const healer = SIGNALS[root.code].ladder.outside ? incident.healer : 'person';
  d.amend(id, { tier: 4, healer, step: { kind: 'spent' } });
  pageOnce(d, id);
  if (incident.coversService) hold(d, incident);
}

function hold(d: Decision, incident: OpenIncident): void {
  const { lastCause, detail } = incident;
  const { service } = d.state;
  if (service.kind !== 'held') return;
  if (service.process && isUseless(lastCause)) {
    return stopFirst(d, service.process, detail, { kind: 'hold' });
  }
  d.goto({ ...service, why: 'spent' });
  // Once: when it fails with a person called already, it waits for the next try.
  if (incident.step.kind !== 'spent') startIfItMayRun(d, incident);
}

/** The way out of the hold: one start, outside the restart budget. */
export function tryOnce(
  d: Decision,
  service: ServiceOf<'held'>,
  reason: string,
  healer: 'supervisor' | 'person',
): void {
  const incident = serviceIncident(d.state);
  if (incident) {
    d.note(incident.id, { type: 'decided', tier: 4, action: 'restart', reason });
    d.amend(incident.id, { healer });
  }
  startAfter(d, service.process, { dueAt: d.now.mono, reason, byHand: healer === 'person' });
}
