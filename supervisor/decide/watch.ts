/**
 * From single looks to signals that count: rise and fall, time to visible, and symptoms hidden by a known cause.
 *
 *   (nothing) ──bad──▶ rising ──rise looks, long enough──▶ visible ──good──▶ clearing ──calm──▶ (nothing)
 *                        └──good──▶ (nothing)                 ▲──────bad────────┘
 *
 * Silence is no look: a probe that says nothing neither raises nor clears anything.
 */
import type { Decision } from './decision.ts';
import { countFlap } from './flapping.ts';
import { closeRecovered, recordFault, rootOf } from './incident.ts';
import { isServing } from './service.ts';
import { explains, SIGNALS } from './signals.ts';
import { startAfter } from './spawn.ts';
import { isSame, type OpenIncident, type Signal, type SignalKey, serviceIncident } from './state.ts';
import { advance } from './steps.ts';
import { onStillBad, onWellAgain } from './verify.ts';

export type Look = SignalKey & { isBad: boolean; bySelf: boolean; detail: string };

/** One look at one condition. */
export function look(d: Decision, seen: Look): void {
  const known = d.state.signals.find((signal) => isSame(signal, seen));
  if (seen.isBad) return lookedBad(d, seen, known);
  // What only the orchestrator has seen is not over because a probe, which looks at something else, finds all well.
  if (known && !(known.bySelf && !seen.bySelf)) lookedGood(d, known);
}

function lookedBad(d: Decision, seen: Look, known: Signal | undefined): void {
  const own = incidentOf(d, seen);
  if (own === null && isHidden(d, seen)) return put(d, begin(d, seen, 'rising', 0));
  if (known === undefined || (known.level === 'clearing' && own === null)) {
    return riseIfLongEnough(d, begin(d, seen, 'rising', 1));
  }
  const { detail } = seen;
  const bySelf = known.bySelf && seen.bySelf;
  switch (known.level) {
    case 'rising':
      return riseIfLongEnough(d, { ...known, bySelf, looks: known.looks + 1, detail });
    case 'visible':
      if (bySelf === known.bySelf) watchOn(d, { ...known, detail });
      else put(d, { ...known, bySelf, detail });
      if (own === null) becomeVisible(d, { ...known, bySelf, detail });
      else onStillBad(d, own);
      return;
    case 'clearing':
      put(d, begin(d, seen, 'visible', 1));
      return recur(d, own, detail);
  }
}

function begin(d: Decision, seen: Look, level: Signal['level'], looks: number): Signal {
  const { code, target, bySelf, detail } = seen;
  return { code, target, bySelf, level, since: d.now.mono, looks, detail };
}

/** What counts must survive; the first looks are cheap to take again. */
function put(d: Decision, signal: Signal): void {
  if (signal.level === 'rising') watchOn(d, signal);
  else d.update({ signals: withSignal(d, signal) });
}

/** Nothing in it is worth a write to disk. */
function watchOn(d: Decision, signal: Signal): void {
  d.watch(withSignal(d, signal));
}

function withSignal(d: Decision, signal: Signal): Signal[] {
  return [...d.state.signals.filter((other) => !isSame(other, signal)), signal];
}

function incidentOf(d: Decision, key: SignalKey): OpenIncident | null {
  return d.state.incidents.find(({ root }) => isSame(root, key)) ?? null;
}

/** A symptom of what is known or suspected already; the orchestrator's own word counts for nothing while its process is at fault. */
function isHidden(d: Decision, seen: Look): boolean {
  const mayHide = (s: Signal) => s.level !== 'clearing' && s.code !== seen.code && explains(s, seen);
  const isSuspected = d.state.signals.some(mayHide);
  if (isSuspected || rootOf(d.state, seen) !== null) return true;
  return seen.bySelf && serviceIncident(d.state) !== null && !isServing(d.state.service);
}

function riseIfLongEnough(d: Decision, signal: Signal): void {
  const { rise, visibleAfterSeconds } = SIGNALS[signal.code];
  const lasted = d.now.mono - signal.since >= visibleAfterSeconds * 1000;
  if (signal.looks < rise || !lasted || d.state.pause !== null) return put(d, signal);
  becomeVisible(d, { ...signal, level: 'visible' });
}

function becomeVisible(d: Decision, signal: Signal): void {
  const { code, target, detail, since } = signal;
  if (d.state.pause !== null) return;
  put(d, signal);
  d.metric('probe', 'fail', 0, { probe: code, target, reason: detail });
  const fault = { cause: code, target, detail, evidence: [], faultAt: since, seenAt: d.now.mono };
  const id = recordFault(d, fault);
  if (d.incident(id)?.step.kind === 'none') advance(d, id);
}

/** It was good for a while, and is bad again before it could be closed. */
function recur(d: Decision, own: OpenIncident | null, detail: string): void {
  if (own === null) return;
  d.note(own.id, { type: 'evidence', text: `again: ${detail}` });
  d.amend(own.id, { detail });
  countFlap(d, own.id);
  if (own.step.kind === 'none') advance(d, own.id);
}

function lookedGood(d: Decision, known: Signal): void {
  switch (known.level) {
    case 'rising':
      return d.watch(d.state.signals.filter((signal) => !isSame(signal, known)));
    case 'visible':
      return fall(d, { ...known, level: 'clearing', since: d.now.mono, looks: 1 });
    case 'clearing':
      return fall(d, { ...known, looks: known.looks + 1 });
  }
}

function fall(d: Decision, signal: Signal): void {
  const own = incidentOf(d, signal);
  const { fall: needed } = SIGNALS[signal.code];
  const isBelieved = signal.looks >= needed;
  if (own === null && isBelieved) {
    return d.update({ signals: d.state.signals.filter((other) => !isSame(other, signal)) });
  }
  if (signal.looks <= needed) put(d, signal);
  if (own === null || !isBelieved) return;
  if (signal.looks === needed) wellAgain(d, own, signal);
  closeRecovered(d);
}

function wellAgain(d: Decision, { id }: OpenIncident, { code }: Signal): void {
  d.note(id, { type: 'verified', ok: true, detail: `${code} is gone; it must stay so` });
  d.metric('probe', 'ok', 0, { probe: code });
  onWellAgain(d, id);
  startWhatItKeptDown(d, id);
}

/** The service that fell with this part has no other reason to stay down. */
function startWhatItKeptDown(d: Decision, id: string): void {
  const { service, pause } = d.state;
  const isDown = service.kind === 'held' && service.process === null && pause === null;
  if (!isDown || !d.incident(id)?.coversService || d.incident(id)?.step.kind !== 'none') return;
  d.note(id, { type: 'decided', tier: 2, action: 'start', reason: 'what kept it down is gone' });
  startAfter(d, null, { dueAt: d.now.mono, reason: 'what kept it down is gone' });
}
