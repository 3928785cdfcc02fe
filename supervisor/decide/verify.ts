/** What was tried is looked at: only later looks say whether it helped, and what comes next. */
import type { Decision } from './decision.ts';
import type { Rung } from './signal-row.ts';
import { isAboutProcess, SIGNALS } from './signals.ts';
import { spawn } from './spawn.ts';
import { isSame, type OpenIncident, type Step } from './state.ts';
import { advance, tryOnce } from './steps.ts';
import { showProgress } from './tell.ts';

type VerifyStep = Extract<Step, { kind: 'verify' }>;

/** After a session the service or the part gets this long to show that it is well. */
const SESSION_VERIFY_SECONDS = 120;
/** The slowest probe's next look comes within this. */
const LOOK_LONGER_MS = 60_000;

/** Its own word counts for nothing: the service is started where it is down, and looked at. */
export function lookWhetherItHelped(
  d: Decision,
  { id, coversService, root }: OpenIncident,
  name: VerifyStep['name'],
): void {
  const { service } = d.state;
  if (coversService && isAboutProcess(root.code) && service.kind === 'up') return helped(d, id, name);
  const startsAnew = service.kind === 'held' && service.process === null;
  const until = startsAnew ? null : d.now.mono + verifySeconds(root.code, name) * 1000;
  d.amend(id, { step: { kind: 'verify', name, until, bad: 0 } });
  if (startsAnew && d.state.pause === null) spawn(d);
  showProgress(d, id);
}

function verifySeconds(code: OpenIncident['cause'], name: string): number {
  return rungOf(code, name)?.verifySeconds ?? SESSION_VERIFY_SECONDS;
}

function rungOf(code: OpenIncident['cause'], name: string): Rung | undefined {
  return SIGNALS[code].ladder.rungs.find((known) => known.name === name);
}

/** Found as it was before something was tried: where that would have shown by now, no more time is lost. */
export function onStillBad(d: Decision, { id, root, step }: OpenIncident): void {
  if (step.kind !== 'verify' || step.until === null) return;
  const enough = rungOf(root.code, step.name)?.badLooks ?? null;
  if (enough === null) return;
  const bad = step.bad + 1;
  if (bad < enough) d.amend(id, { step: { ...step, bad } });
  else hasNotHelped(d, id, step.name);
}

export function hasNotHelped(d: Decision, id: string, name: VerifyStep['name']): void {
  d.note(id, { type: 'verified', ok: false, detail: `${name} did not help: ${d.incident(id)?.detail}` });
  didNotHelp(d, id);
}

/** The next rung; the service waits meanwhile where it is at fault. */
export function didNotHelp(d: Decision, id: string): void {
  const { service } = d.state;
  const isAsked = d.incident(id)?.startAsked === true;
  d.amend(id, { step: { kind: 'none' }, startAsked: false });
  if (isAsked && service.kind === 'held') tryOnce(d, service, 'somebody asked for it meanwhile', 'person');
  else advance(d, id);
}

function helped(d: Decision, id: string, name: VerifyStep['name']): void {
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

/** The last look was good already: whether it helped is about to be known. */
export function isClearing(d: Decision, { root }: OpenIncident): boolean {
  return d.state.signals.some((signal) => signal.level === 'clearing' && isSame(signal, root));
}

export function lookLonger(d: Decision, id: string, step: VerifyStep): void {
  d.amend(id, { step: { ...step, until: d.now.mono + LOOK_LONGER_MS } });
}

/** A remedy ended without a success: the next rung, unless it is about to be known that all is well. */
export function goOnUnlessWell(d: Decision, incident: OpenIncident): void {
  const { id } = incident;
  if (!isClearing(d, incident)) return didNotHelp(d, id);
  const until = d.now.mono + LOOK_LONGER_MS;
  d.amend(id, { step: { kind: 'waiting', until, why: 'the last look was good' } });
}
