/** A step of an incident has ended: by its result, by a look that found all well, or by its deadline. */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { digestIfDue } from './incident.ts';
import { isAboutProcess, SIGNALS } from './signals.ts';
import { spawn } from './spawn.ts';
import { isSame, type OpenIncident, type Step } from './state.ts';
import { advance, makeRoom, tryOnce } from './steps.ts';
import { giveNotice, repageIfDue, showProgress } from './tell.ts';

/** After a session the service or the part gets this long to show that it is well. */
const SESSION_VERIFY_SECONDS = 120;
/** The slowest probe's next look comes within this. */
const LOOK_LONGER_MS = 60_000;

export function onRemedyResult(d: Decision, event: EventOf<'remedy_result'>): void {
  const incident = d.incident(event.incident);
  if (incident?.step.kind !== 'remedy' || incident.step.name !== event.remedy) {
    return d.log('info', `${event.remedy} answered when nobody waited any more: ${event.outcome.detail}`);
  }
  const { kind, detail } = event.outcome;
  const { id } = incident;
  d.note(id, {
    type: 'acted',
    tier: 2,
    action: event.remedy,
    ok: kind === 'done',
    detail: `${kind}: ${detail}`,
  });
  d.metric('remedy', kind, 0, { incident: id, tier: 2, remedy: event.remedy, reason: detail });
  if (kind === 'done') lookWhetherItHelped(d, incident, event.remedy);
  else didNotHelp(d, id);
}

export function onEmergencyBegun(d: Decision, { incident, detail }: EventOf<'emergency_begun'>): void {
  if (d.incident(incident)?.step.kind !== 'emergency') return;
  d.note(incident, { type: 'acted', tier: 3, action: 'emergency session', ok: true, detail });
  giveNotice(d, incident, `an emergency session has begun: ${detail}`);
}

export function onEmergencyResult(d: Decision, event: EventOf<'emergency_result'>): void {
  const { incident: id, outcome, detail } = event;
  const { seconds = 0, costUsd = 0, turns = 0, tries = 0 } = event.figures ?? {};
  // Also when it has cured the incident so well that it is closed already: it cost what it cost.
  const labels = { incident: id, tier: 3, cost_usd: costUsd, turns, tries, reason: detail };
  d.metric('emergency_recovery', outcome, seconds, labels);
  const incident = d.incident(id);
  if (incident?.step.kind !== 'emergency') return;
  d.note(id, { type: 'acted', tier: 3, action: 'emergency session', ok: outcome === 'done', detail });
  d.amend(id, { emergency: outcome === 'unavailable' ? 'unavailable' : 'failed' });
  // One that never ran takes nothing from the day's budget.
  if (outcome === 'unavailable') d.update({ sessions: d.state.sessions.slice(0, -1) });
  if (outcome === 'done') lookWhetherItHelped(d, incident, 'session');
  else didNotHelp(d, id);
}

/** Only the session of this incident may ask, and only while it is at work. */
export function onSessionWants(d: Decision, event: EventOf<'session_wants'>): void {
  const { incident: id, reason } = event;
  const step = d.incident(id)?.step;
  if (d.state.pause !== null || step?.kind !== 'emergency') return;
  d.note(id, { type: 'decided', tier: 3, action: `service ${event.service}`, reason });
  d.amend(id, { step: { ...step, tries: true } });
  if (event.service === 'stopped') return makeRoom(d, id, reason);
  const { service } = d.state;
  if (service.kind === 'held' && service.process === null) spawn(d);
}

/** From here on the incident may close by what is seen. */
export function onSessionSettled(d: Decision, id: string): void {
  const step = d.incident(id)?.step;
  if (step?.kind === 'emergency') d.amend(id, { step: { ...step, tries: false } });
}

/** Its own word counts for nothing: the service is started where it is down, and looked at. */
function lookWhetherItHelped(
  d: Decision,
  { id, coversService, root }: OpenIncident,
  name: Extract<Step, { kind: 'verify' }>['name'],
): void {
  const { service } = d.state;
  if (coversService && isAboutProcess(root.code) && service.kind === 'up') return helped(d, id, name);
  const startsAnew = service.kind === 'held' && service.process === null;
  const until = startsAnew ? null : d.now.mono + verifySeconds(root.code, name) * 1000;
  d.amend(id, { step: { kind: 'verify', name, until } });
  if (startsAnew && d.state.pause === null) spawn(d);
  showProgress(d, id);
}

function verifySeconds(code: OpenIncident['cause'], name: string): number {
  const rung = SIGNALS[code].ladder.rungs.find((known) => known.name === name);
  return rung?.verifySeconds ?? SESSION_VERIFY_SECONDS;
}

/** The next rung; the service waits meanwhile where it is at fault. */
function didNotHelp(d: Decision, id: string): void {
  const { service } = d.state;
  const isAsked = d.incident(id)?.startAsked === true;
  d.amend(id, { step: { kind: 'none' }, startAsked: false });
  if (isAsked && service.kind === 'held') tryOnce(d, service, 'somebody asked for it meanwhile', 'person');
  else advance(d, id);
}

function helped(d: Decision, id: string, name: Extract<Step, { kind: 'verify' }>['name']): void {
  const incident = d.incident(id);
  const record = name === 'session' ? undefined : incident?.rungs[name];
  const rungs = record ? { ...incident?.rungs, [name]: { ...record, helped: true } } : incident?.rungs;
  d.amend(id, { step: { kind: 'none' }, ...(rungs ? { rungs } : {}) });
  if (name === 'session') d.amend(id, { emergency: 'failed' });
}

/** The service, or the part this is about, was found well: whatever was being tried has helped so far. */
export function onWellAgain(d: Decision, id: string): void {
  const incident = d.incident(id);
  switch (incident?.step.kind) {
    case 'verify':
      return helped(d, id, incident.step.name);
    case 'waiting':
    case 'spent':
      return d.amend(id, { step: { kind: 'none' } });
    case 'remedy':
    case 'emergency':
    case 'none':
    case undefined:
      return;
  }
}

/** The service is up; an incident about a part now waits for that part. */
export function onServiceUp(d: Decision, { id, root, step }: OpenIncident): void {
  if (isAboutProcess(root.code)) return onWellAgain(d, id);
  if (step.kind !== 'verify' || step.until !== null) return;
  const until = d.now.mono + verifySeconds(root.code, step.name) * 1000;
  d.amend(id, { step: { ...step, until } });
}

/** The earliest moment at which an incident wants to be asked again; null when only an event can move it. */
export function stepDeadline({ step }: OpenIncident): number | null {
  return step.kind === 'none' || step.kind === 'spent' ? null : step.until;
}

export function tickIncidents(d: Decision): void {
  for (const { id } of d.state.incidents) tickIncident(d, id);
}

function tickIncident(d: Decision, id: string): void {
  const incident = d.incident(id);
  if (incident === null) return;
  digestIfDue(d, incident);
  const due = stepDeadline(incident);
  if (due !== null && d.now.mono >= due) onStepDue(d, incident);
  if (incident.page !== null && d.now.mono >= incident.page.nextAt) onPageDue(d, id);
}

function onStepDue(d: Decision, incident: OpenIncident): void {
  const { id, step } = incident;
  switch (step.kind) {
    case 'remedy':
      d.note(id, {
        type: 'acted',
        tier: 2,
        action: step.name,
        ok: false,
        detail: 'no answer within its limit',
      });
      return didNotHelp(d, id);
    case 'verify':
      if (isClearing(d, incident)) return lookLonger(d, id, step);
      d.note(id, { type: 'verified', ok: false, detail: `${step.name} did not help: ${incident.detail}` });
      return didNotHelp(d, id);
    case 'emergency':
      d.note(id, {
        type: 'acted',
        tier: 3,
        action: 'emergency session',
        ok: false,
        detail: 'its time is up',
      });
      d.amend(id, { emergency: 'failed' });
      return didNotHelp(d, id);
    case 'waiting':
      return advance(d, id);
    case 'none':
    case 'spent':
      return;
  }
}

/** The last look was good already: whether it helped is about to be known. */
function isClearing(d: Decision, { root }: OpenIncident): boolean {
  return d.state.signals.some((signal) => signal.level === 'clearing' && isSame(signal, root));
}

function lookLonger(d: Decision, id: string, step: Extract<Step, { kind: 'verify' }>): void {
  d.amend(id, { step: { ...step, until: d.now.mono + LOOK_LONGER_MS } });
}

function onPageDue(d: Decision, id: string): void {
  const incident = d.incident(id);
  if (incident) repageIfDue(d, incident);
  const { service } = d.state;
  if (!incident?.coversService || service.kind !== 'held' || service.why !== 'spent') return;
  tryOnce(d, service, 'the next try is due', 'supervisor');
}
