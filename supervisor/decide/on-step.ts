/** What a remedy or a session says of itself. It closes nothing: it only starts the looking. */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { couldHelp } from './signals.ts';
import { spawn } from './spawn.ts';
import type { OpenIncident } from './state.ts';
import { credit, makeRoom } from './steps.ts';
import { giveNotice } from './tell.ts';
import { didNotHelp, goOnUnlessWell, lookWhetherItHelped } from './verify.ts';

export function onRemedyResult(d: Decision, event: EventOf<'remedy_result'>): void {
  const incident = d.incident(event.incident);
  if (incident?.step.kind !== 'remedy' || incident.step.name !== event.remedy) {
    return d.log('info', `${event.remedy} answered when nobody waited any more: ${event.outcome.detail}`);
  }
  const { remedy, outcome } = event;
  const { id } = incident;
  d.metric('remedy', outcome.kind, 0, { incident: id, tier: 2, remedy, reason: outcome.detail });
  switch (outcome.kind) {
    case 'done':
      noteRemedy(d, incident, remedy, outcome);
      if (couldHelp(incident.root.code, remedy)) return lookWhetherItHelped(d, incident, remedy);
      return didNotHelp(d, id);
    case 'failed':
      noteRemedy(d, incident, remedy, outcome);
      return goOnUnlessWell(d, incident);
    case 'nothing_to_do':
      noteNothing(d, incident, remedy, outcome.detail);
      return goOnUnlessWell(d, incident);
  }
}

function noteNothing(d: Decision, { id, rungs, root }: OpenIncident, remedy: RemedyName, why: string): void {
  d.note(id, { type: 'evidence', text: `${remedy} found nothing to do: ${why}` });
  const record = rungs[remedy];
  if (record) d.amend(id, { rungs: { ...rungs, [remedy]: { ...record, nothingFor: root.code } } });
}

/** It did something: what comes of it is our doing. */
export function noteRemedy(
  d: Decision,
  incident: OpenIncident,
  action: string,
  outcome: RemedyOutcome,
): void {
  const { kind, detail } = outcome;
  d.note(incident.id, { type: 'acted', tier: 2, action, ok: kind === 'done', detail: `${kind}: ${detail}` });
  credit(d, incident, 2);
}

export function noteSession(d: Decision, id: string, ok: boolean, detail: string): void {
  d.note(id, { type: 'acted', tier: 3, action: 'emergency session', ok, detail });
}

export function onEmergencyBegun(d: Decision, { incident, detail }: EventOf<'emergency_begun'>): void {
  const open = d.incident(incident);
  if (open?.step.kind !== 'emergency') return;
  credit(d, open, 3);
  noteSession(d, incident, true, detail);
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
  d.amend(id, { sessionResult: detail });
  if (outcome === 'unavailable') return hadNoSession(d, id, detail);
  noteSession(d, id, outcome === 'done', detail);
  // Unless it did not even say that it had begun; a person may have helped since then.
  if (incident.tier === null || incident.tier < 3) credit(d, incident, 3);
  d.amend(id, { emergency: 'failed' });
  if (outcome === 'done') lookWhetherItHelped(d, incident, 'session');
  else didNotHelp(d, id);
}

/** One that never ran has done nothing, and takes nothing from the day's budget. */
function hadNoSession(d: Decision, id: string, detail: string): void {
  d.note(id, { type: 'evidence', text: `no emergency session: ${detail}` });
  d.amend(id, { emergency: 'unavailable' });
  d.update({ sessions: d.state.sessions.slice(0, -1) });
  didNotHelp(d, id);
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
