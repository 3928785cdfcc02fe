/**
 * The core's whole memory. It is saved before every deed and read back by the next supervisor.
 *
 * All times here are milliseconds on the supervisor's steady clock (ports/clock.ts), which never runs backwards,
 * also across restarts of the supervisor.
 */
import type { MetricEntry, PageNotice } from '../../contracts/action.ts';
import type { Cause, IncidentEvent, Tier } from '../../contracts/incident.ts';
import type { RemedyName } from '../../contracts/remedy.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import type { Service } from './service.ts';
import type { RungName } from './signal-row.ts';

/** Which signal, and of what: `channel_down` of `slack`. */
export type SignalKey = { code: SignalCode; target: string | null };

export type Signal = SignalKey & {
  /** `rising`: bad, and not for long enough. `visible`: counts. `clearing`: good again, and not for long enough. */
  level: 'rising' | 'visible' | 'clearing';
  /** Raised by the orchestrator's own word; otherwise by a probe, which also clears it. */
  bySelf: boolean;
  /** When this level began; its looks in a row so far. */
  since: number;
  looks: number;
  detail: string;
};

/** What an incident's ladder is doing. All but `none` end by an event or at their own deadline. */
export type Step =
  /** Nothing was tried since it was last well. */
  | { kind: 'none' }
  /** The next rung must wait: for another incident's step, or for what may end by itself. */
  | { kind: 'waiting'; until: number; why: string }
  /** `begun` once the service has made room. */
  | { kind: 'remedy'; name: RemedyName; begun: boolean; until: number }
  /** It was tried; `until` null while the service is on its way up; `bad`: looks since then that found it as it was. */
  | { kind: 'verify'; name: RungName | 'session'; until: number | null; bad: number }
  /** `tries`: a fix is being tried. However well all looks, it may yet be put back. */
  | { kind: 'emergency'; until: number; tries: boolean }
  /** Every answer is used up and a person was called. */
  | { kind: 'spent' };

export type RungRecord = {
  tries: number;
  helped: boolean;
  /** It found nothing to do about this root: about another one it may. */
  nothingFor: SignalCode | null;
};

export type OpenIncident = {
  id: string;
  /** What it was opened for. */
  cause: Cause;
  /** What is now known to be at its root; the ladder is chosen by this. */
  root: SignalKey;
  /** Of the latest fault in this incident. */
  lastCause: Cause;
  detail: string;
  faultAt: number;
  seenAt: number;
  /** The same moment on the wall clock, for people. */
  faultWall: number;
  /** The service's own life is at stake: it closes only on a service that stays up. */
  coversService: boolean;
  /** Restarts of tier 1 so far: the place in the backoff. */
  restarts: number;
  rungs: Partial<Record<RungName, RungRecord>>;
  step: Step;
  emergency: 'unused' | 'active' | 'failed' | 'unavailable';
  /** Sessions begun so far, and what came of the last one, for people; empty before its end. */
  sessions: number;
  sessionResult: string;
  tier: Tier | null;
  /** Who did the last thing that could have healed it. */
  healer: 'nobody' | 'supervisor' | 'person';
  page: { count: number; nextAt: number } | null;
  /** Notices sent so far; the first message of any kind makes later steps worth an edit. */
  notices: number;
  /** It comes back again and again: kept open until calm, with a digest instead of notices. */
  flap: { faults: number; digestAt: number } | null;
  acknowledged: boolean;
  /** Somebody asked for a start that had to wait for the remedy at work. */
  startAsked: boolean;
};

/** Written after the deed so that the deed need not wait; repeated by the next supervisor if this one dies between. */
export type Pending = {
  incident: string;
  events: IncidentEvent[];
  notices: PageNotice[];
  /** Its last word in the metrics, once it has ended; `at` is the wall clock. */
  record: { at: number; entry: MetricEntry } | null;
};

/** Somebody told us to keep our hands off; `until` null = until told otherwise. */
export type Pause = { by: string; until: number | null };

/** An incident that is over, remembered as long as it tells of flapping. */
export type Closed = SignalKey & { at: number };

export type State = {
  service: Service;
  /** Open ones, oldest first: at most one a root, and at most one covers the service. */
  incidents: OpenIncident[];
  signals: Signal[];
  closed: Closed[];
  pause: Pause | null;
  /** End of the last deploy window that was heeded (wall clock), so that it is heeded once. */
  deployWindow: number | null;
  /** Times of tier-1 restarts inside the budget's window. */
  budget: number[];
  /** Times of emergency sessions in the last day. */
  sessions: number[];
  restartsTotal: number;
  pending: Pending[];
  /** Steady time of this snapshot. */
  savedAt: number;
};

export function freshState(at: number): State {
  return {
    service: { kind: 'stopped', since: at, by: 'nobody' },
    incidents: [],
    signals: [],
    closed: [],
    pause: null,
    deployWindow: null,
    budget: [],
    sessions: [],
    restartsTotal: 0,
    pending: [],
    savedAt: at,
  };
}

/** The incident whose end needs a service that is up; null when the service is not in question. */
export function serviceIncident(state: State): OpenIncident | null {
  return state.incidents.find(({ coversService }) => coversService) ?? null;
}

/** The highest tier that has done something for it, or is at it now. */
export function tierAtWork({ tier, step }: OpenIncident): Tier | null {
  if (step.kind === 'emergency' && tier !== 4) return 3;
  return step.kind === 'remedy' && (tier ?? 0) < 2 ? 2 : tier;
}

export function isSame(a: SignalKey, b: SignalKey): boolean {
  return a.code === b.code && a.target === b.target;
}
