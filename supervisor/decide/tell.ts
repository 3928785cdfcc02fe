/** What people are told of an incident: page, page again, resolved, notice, and edits with the progress. */
import type { PageNotice, PageProgress, TierMarks } from '../../contracts/action.ts';
import type { Decision } from './decision.ts';
import { pageWait } from './ladder.ts';
import type { OpenIncident } from './state.ts';

/** The first page of an incident; a second call does nothing. */
export function pageOnce(d: Decision, id: string, detail?: string): void {
  const incident = d.incident(id);
  if (incident === null || incident.page !== null) return;
  d.amend(id, { page: { count: 1, nextAt: d.now.mono + pageWait(1, d.policy) } });
  d.page({ ...toNotice(d, incident, 'page', 1), ...(detail === undefined ? {} : { detail }) });
}

/** Pages again where it is due, unless somebody has acknowledged. */
export function repageIfDue(d: Decision, incident: OpenIncident): void {
  if (incident.page === null || d.now.mono < incident.page.nextAt) return;
  const count = incident.page.count + 1;
  d.amend(incident.id, { page: { count, nextAt: d.now.mono + pageWait(count, d.policy) } });
  if (!incident.acknowledged) d.page(toNotice(d, incident, 'repage', count));
}

/** It is worse than what people were told of, and have perhaps acknowledged: the next page is due now. */
export function ringAgain(d: Decision, id: string): void {
  const page = d.incident(id)?.page;
  if (page) d.amend(id, { acknowledged: false, page: { ...page, nextAt: d.now.mono } });
}

/** A message without a mention. */
export function giveNotice(d: Decision, id: string, detail: string): void {
  const incident = d.incident(id);
  if (incident === null || !d.policy.notices.on) return;
  const number = incident.notices + 1;
  d.amend(id, { notices: number });
  d.page({ ...toNotice(d, incident, 'notice', number), detail });
}

/** The last word on an incident: resolved after a page, else a notice where the tier is worth one. */
export function tellEnd(d: Decision, incident: OpenIncident, detail: string): void {
  if (incident.page) return d.page({ ...toNotice(d, incident, 'resolved', incident.page.count + 1), detail });
  const { on, fromTier } = d.policy.notices;
  if (!on || incident.tier === null || incident.tier < fromTier) return;
  d.page({ ...toNotice(d, incident, 'notice', incident.notices + 1), detail });
}

/** Shows how far it is, where people have heard of it. */
export function showProgress(d: Decision, id: string): void {
  const incident = d.incident(id);
  if (incident === null || (incident.page === null && incident.notices === 0)) return;
  const { lastCause: cause, detail } = incident;
  const progress: PageProgress = { incident: id, cause, detail, at: d.now.wall, tiers: tierMarks(incident) };
  d.later({ kind: 'page_progress', progress });
}

function toNotice(d: Decision, incident: OpenIncident, kind: PageNotice['kind'], number: number): PageNotice {
  const { id, lastCause, detail, faultWall, sessionResult: session } = incident;
  const tiers = tierMarks(incident, kind === 'resolved');
  return {
    kind,
    incident: id,
    number,
    cause: lastCause,
    detail,
    session,
    faultAt: faultWall,
    at: d.now.wall,
    tiers,
  };
}

export function tierMarks(incident: OpenIncident, over = false): TierMarks {
  const { step, restarts, rungs, emergency, page } = incident;
  const used = (isUsed: boolean, isActive: boolean) => {
    if (isActive && !over) return 'active';
    return isUsed ? 'failed' : 'unused';
  };
  const isActive = step.kind === 'remedy' || step.kind === 'verify';
  return [
    { tier: 1, state: used(restarts > 0, false) },
    { tier: 2, state: used(Object.keys(rungs).length > 0, isActive) },
    { tier: 3, state: emergency },
    { tier: 4, state: over ? 'ok' : used(false, page !== null) },
  ];
}
