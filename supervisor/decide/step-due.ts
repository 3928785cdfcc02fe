/** An incident's deadlines: a step that did not end by itself, the next digest, the next page. */
import type { Decision } from './decision.ts';
import { digestIfDue } from './flapping.ts';
import { noteRemedy, noteSession } from './on-step.ts';
import type { OpenIncident } from './state.ts';
import { advance, tryOnce } from './steps.ts';
import { repageIfDue } from './tell.ts';
import { didNotHelp, goOnUnlessWell, hasNotHelped, isClearing, lookLonger } from './verify.ts';

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
      noteRemedy(d, incident, step.name, { kind: 'failed', detail: 'no answer within its limit' });
      return goOnUnlessWell(d, incident);
    case 'verify':
      if (isClearing(d, incident)) return lookLonger(d, id, step);
      return hasNotHelped(d, id, step.name);
    case 'emergency':
      noteSession(d, id, false, 'its time is up');
      d.amend(id, { emergency: 'failed' });
      return didNotHelp(d, id);
    case 'waiting':
      return advance(d, id);
    case 'none':
    case 'spent':
      return;
  }
}

function onPageDue(d: Decision, id: string): void {
  const incident = d.incident(id);
  if (incident) repageIfDue(d, incident);
  const { service } = d.state;
  if (!incident?.coversService || service.kind !== 'held' || service.why !== 'spent') return;
  tryOnce(d, service, 'the next try is due', 'supervisor');
}
