/**
 * Opening, continuing and closing incidents: one outage is one incident. A fault whose root has an open incident
 * joins it; a root that is found later takes over the incidents of its symptoms.
 */
import type { Cause, Outcome } from '../../contracts/incident.ts';
import { severitySchema } from '../../contracts/signal.ts';
import type { Decision } from './decision.ts';
import { calmMs, countFlap, pageFlapping, recentlyClosed, timesText } from './flapping.ts';
import { isServing } from './service.ts';
import { couldHelp, explains, isAboutProcess, SIGNALS } from './signals.ts';
import { isSame, type OpenIncident, type SignalKey, type State, serviceIncident } from './state.ts';
import { ringAgain, tellEnd } from './tell.ts';

/** Worst first. */
const SEVERITIES = severitySchema.options;

export type Fault = {
  cause: Cause;
  /** What it is about; null for the process itself. */
  target: string | null;
  detail: string;
  evidence: string[];
  /** Last moment it is known to have been well, and the moment the fault was seen; steady clock. */
  faultAt: number;
  seenAt: number;
};

/** Opens an incident for this fault, or adds it to the one it belongs to; answers with its id. */
export function recordFault(d: Decision, fault: Fault): string {
  const known = belongsTo(d.state, fault);
  const id = known === null ? open(d, fault) : join(d, known, fault);
  for (const text of fault.evidence) d.note(id, { type: 'evidence', text });
  return id;
}

function belongsTo(state: State, fault: Fault): OpenIncident | null {
  const key = { code: fault.cause, target: fault.target };
  const own = state.incidents.find(({ root }) => isSame(root, key));
  if (own) return own;
  if (!isAboutProcess(fault.cause)) return symptomOf(state, key);
  return serviceIncident(state) ?? rootOf(state, key);
}

/** The open incident whose root explains this signal; null when none does. */
export function rootOf(state: State, key: SignalKey): OpenIncident | null {
  return state.incidents.find(({ root }) => explains(root, key)) ?? null;
}

/** The open incident of which this signal is the root, found later than its symptom. */
function symptomOf(state: State, key: SignalKey): OpenIncident | null {
  return state.incidents.find(({ root }) => explains(key, root)) ?? null;
}

function join(d: Decision, incident: OpenIncident, fault: Fault): string {
  const { id } = incident;
  const coversService = incident.coversService || isAboutProcess(fault.cause);
  d.amend(id, { lastCause: fault.cause, detail: fault.detail, coversService });
  d.note(id, { type: 'evidence', text: `${SIGNALS[fault.cause].title}: ${fault.detail}` });
  takeRoot(d, incident, { code: fault.cause, target: fault.target });
  countFlap(d, id);
  return id;
}

/** The ladder follows the root: a new fault of the process, or the reason behind a symptom. */
function takeRoot(d: Decision, { id, root, step }: OpenIncident, key: SignalKey): void {
  if (isSame(root, key) || (isAboutProcess(key.code) && isStillBad(d.state, root))) return;
  d.amend(id, { root: key });
  if (SEVERITIES.indexOf(SIGNALS[key.code].severity) < SEVERITIES.indexOf(SIGNALS[root.code].severity))
    ringAgain(d, id);
  if (isAboutProcess(key.code)) return;
  d.note(id, { type: 'evidence', text: `this is the reason behind it: ${key.code}` });
  // What is known now may have answers that the symptom had not, and is not cured by those that only the symptom had.
  const isOver = step.kind === 'verify' && !couldHelp(key.code, step.name);
  if (step.kind === 'spent' || step.kind === 'waiting' || isOver) d.amend(id, { step: { kind: 'none' } });
}

/** A part that is well again explains no new fault of the process. */
function isStillBad({ signals }: State, root: SignalKey): boolean {
  return signals.some((signal) => isSame(signal, root) && signal.level !== 'clearing');
}

function open(d: Decision, fault: Fault): string {
  const key = { code: fault.cause, target: fault.target };
  const recent = recentlyClosed(d, key);
  const isFlapping = recent.length >= d.policy.flap.count;
  const incident: OpenIncident = {
    id: incidentId(d.now.wall, d.event.chance, d.state.incidents.length),
    cause: fault.cause,
    root: key,
    lastCause: fault.cause,
    detail: fault.detail,
    faultAt: fault.faultAt,
    seenAt: fault.seenAt,
    faultWall: d.wallOf(fault.faultAt),
    coversService: isAboutProcess(fault.cause),
    restarts: 0,
    rungs: {},
    step: { kind: 'none' },
    emergency: 'unused',
    sessions: 0,
    sessionResult: '',
    tier: null,
    healer: 'nobody',
    page: null,
    notices: 0,
    flap: isFlapping ? { faults: 0, digestAt: d.now.mono + d.policy.flap.digestSeconds * 1000 } : null,
    acknowledged: false,
    startAsked: false,
  };
  d.update({ incidents: [...d.state.incidents, incident] });
  noteOpened(d, incident);
  if (isFlapping) pageFlapping(d, incident, recent.length);
  return incident.id;
}

function noteOpened(d: Decision, { id, cause, faultWall, seenAt, detail }: OpenIncident): void {
  const title = SIGNALS[cause].title;
  d.note(id, { type: 'opened', id, cause, title, faultAt: faultWall, seenAt: d.wallOf(seenAt) });
  d.note(id, { type: 'evidence', text: detail });
}

/** `inc-20260301T101500-3fa2`: sorts by time, and is safe as a file name and in a URL. */
export function incidentId(wall: number, chance: number, others: number): string {
  const stamp = new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  // One look may open several incidents with one chance.
  const suffix = (Math.floor(chance * 0x10000) + others) % 0x10000;
  return `inc-${stamp}-${suffix.toString(16).padStart(4, '0')}`;
}

const OUTCOMES: Record<OpenIncident['healer'], Outcome> = {
  nobody: 'self_healed',
  supervisor: 'success',
  person: 'failed',
};

/** Closes every incident that the look handled now has shown to be over. */
export function closeRecovered(d: Decision): void {
  for (const incident of d.state.incidents) if (isRecovered(d, incident)) close(d, incident);
}

function isRecovered(d: Decision, incident: OpenIncident): boolean {
  const { step } = incident;
  // What is at work has yet to say whether it did anything, and what is tried may still be put back.
  if (step.kind === 'remedy' || (step.kind === 'emergency' && step.tries)) return false;
  const since = wellSince(d.state, incident);
  return since !== null && since <= d.now.mono - calmMs(d.policy, incident);
}

/** Since when all that this incident is about has been well, steady time; null while something is not. */
export function wellSince({ service, signals }: State, incident: OpenIncident): number | null {
  const { coversService, root } = incident;
  if (coversService && !isServing(service)) return null;
  const since = coversService ? service.since : 0;
  const signal = isAboutProcess(root.code) ? undefined : signals.find((known) => isSame(known, root));
  if (signal === undefined) return since;
  return signal.level === 'clearing' ? Math.max(since, signal.since) : null;
}

function close(d: Decision, incident: OpenIncident): void {
  const { id, cause, tier, root, healer, faultAt, seenAt } = incident;
  const outcome = OUTCOMES[healer];
  const mttd = seconds(seenAt - faultAt);
  const mttr = seconds(d.now.mono - faultAt);
  const detail = `healthy for ${Math.round(calmMs(d.policy, incident) / 1000)} s`;
  d.note(id, { type: 'closed', outcome, tier, mttd, mttr, detail });
  d.recordEnd(id, outcome, mttr, { tier, cause, mttd, mttr, reason: incident.detail });
  const returns = incident.flap?.faults ? `; ${timesText(incident.flap.faults)}` : '';
  tellEnd(d, incident, `${incident.detail}: healed after ${Math.round(mttr)} s${returns}`);
  const from = d.now.mono - d.policy.flap.windowSeconds * 1000;
  const closed = d.state.closed.filter(({ at }) => at > from);
  d.update({
    incidents: d.state.incidents.filter((open) => open.id !== id),
    signals: d.state.signals.filter((signal) => !isSame(signal, root)),
    closed: [...closed, { ...root, at: d.now.mono }],
  });
}

function seconds(ms: number): number {
  return Math.round(Math.max(0, ms)) / 1000;
}
