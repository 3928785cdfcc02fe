/** Opening, continuing and closing the one incident an outage has. */
import type { PageNotice } from '../../contracts/action.ts';
import type { Cause, Outcome, Tier } from '../../contracts/incident.ts';
import type { Decision } from './decision.ts';
import type { OpenIncident } from './state.ts';

export type Fault = {
  cause: Cause;
  detail: string;
  evidence: string[];
  /** Last moment it is known to have been well, and the moment the fault was seen; steady clock. */
  faultAt: number;
  seenAt: number;
};

const TITLES: Record<Cause, string> = {
  crash: 'The orchestrator crashed',
  hang: 'The orchestrator hangs',
  start_stuck: 'The orchestrator does not get past its start',
  not_ready: 'The orchestrator is not ready',
  unreachable: 'The orchestrator does not answer',
  bad_config: 'The configuration is wrong',
  port_in_use: 'The port is taken by another program',
};

/** Opens an incident for this fault, or adds it to the open one. */
export function recordFault(d: Decision, fault: Fault): void {
  if (d.state.incident) {
    d.amend({ lastCause: fault.cause, detail: fault.detail });
    d.note({ type: 'evidence', text: `${TITLES[fault.cause]}: ${fault.detail}` });
  } else {
    open(d, fault);
  }
  for (const text of fault.evidence) d.note({ type: 'evidence', text });
}

function open(d: Decision, fault: Fault): void {
  const incident: OpenIncident = {
    id: incidentId(d.now.wall, d.event.chance),
    cause: fault.cause,
    lastCause: fault.cause,
    detail: fault.detail,
    faultAt: fault.faultAt,
    seenAt: fault.seenAt,
    faultWall: d.wallOf(fault.faultAt),
    restarts: 0,
    remedies: {},
    tier: null,
    healer: 'nobody',
    page: null,
    acknowledged: false,
  };
  d.update({ incident });
  d.note({
    type: 'opened',
    id: incident.id,
    cause: fault.cause,
    title: TITLES[fault.cause],
    faultAt: incident.faultWall,
    seenAt: d.wallOf(fault.seenAt),
  });
  d.note({ type: 'evidence', text: fault.detail });
}

/** `inc-20260301T101500-3fa2`: sorts by time, and is safe as a file name and in a URL. */
export function incidentId(wall: number, chance: number): string {
  const stamp = new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const suffix = Math.floor(chance * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `inc-${stamp}-${suffix}`;
}

const OUTCOMES: Record<OpenIncident['healer'], Outcome> = {
  nobody: 'self_healed',
  supervisor: 'success',
  person: 'failed',
};

/** Closes the open incident on the good probe that is being handled now. */
export function closeIncident(d: Decision, incident: OpenIncident): void {
  const outcome = OUTCOMES[incident.healer];
  const mttd = seconds(incident.seenAt - incident.faultAt);
  const mttr = seconds(d.now.mono - incident.faultAt);
  const detail = `healthy for ${d.policy.stableSeconds} s`;
  d.note({ type: 'closed', outcome, tier: incident.tier, mttd, mttr, detail });
  const labels = { incident: incident.id, tier: incident.tier, cause: incident.cause, mttd, mttr };
  d.metric('recovery', outcome, mttr, { ...labels, reason: incident.detail });
  if (incident.page) d.page(notice(d, incident, 'resolved', incident.page.count + 1));
  d.update({ incident: null });
}

function seconds(ms: number): number {
  return Math.round(Math.max(0, ms)) / 1000;
}

export function notice(
  d: Decision,
  incident: OpenIncident,
  kind: PageNotice['kind'],
  number: number,
): PageNotice {
  const resolved = kind === 'resolved';
  const restarted = incident.restarts > 0;
  const remedied = Object.keys(incident.remedies).length > 0;
  const state = (used: boolean) => (used ? 'failed' : 'unused');
  const tiers: { tier: Tier; state: PageNotice['tiers'][number]['state'] }[] = [
    { tier: 1, state: state(restarted) },
    { tier: 2, state: state(remedied) },
    { tier: 3, state: 'unavailable' },
    { tier: 4, state: resolved ? 'ok' : 'unused' },
  ];
  return {
    kind,
    incident: incident.id,
    number,
    cause: incident.lastCause,
    detail: incident.detail,
    faultAt: incident.faultWall,
    at: d.now.wall,
    tiers,
  };
}
