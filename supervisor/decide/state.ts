/**
 * The core's whole memory. It is saved before every deed and read back by the next supervisor.
 *
 * Invariant: exactly one service variant at a time, and each variant carries only what it needs. All times here
 * are milliseconds on the supervisor's steady clock (ports/clock.ts), which never runs backwards, also across
 * restarts of the supervisor.
 */
import type { PageNotice } from '../../contracts/action.ts';
import type { Phase } from '../../contracts/health.ts';
import type { Cause, IncidentEvent, Tier } from '../../contracts/incident.ts';

/** What the last beat said. */
export type Pulse = {
  phase: Phase;
  progress: number;
  loopDelayMs: number;
  rssBytes: number;
};

/** One life of the orchestrator. */
export type Process = {
  pid: number;
  /** Tells this process from a later one with the same pid; null where the system cannot say. */
  birth: string | null;
  startId: string | null;
  /** When it was spawned or adopted. */
  since: number;
  /** When it was last known to be alive and moving: spawn, hello or beat. */
  heardAt: number;
  /** When its progress counter last rose. */
  progressAt: number;
  /** Beats are owed: it has said hello, or is an adopted one that will dial again. */
  beatsOwed: boolean;
  pulse: Pulse | null;
  /** Set by a `bye refused`: why it will not run. */
  refused: string | null;
};

/** When to ask `/readyz` next; null while an answer is awaited. */
export type CheckDue = number | null;

/** What follows once a process that is being stopped is gone. */
export type AfterStop =
  | { kind: 'start'; dueAt: number }
  | { kind: 'hold' }
  | { kind: 'stop'; by: StoppedBy }
  /** Its connection closed by itself: a crash, judged by the way it ends. */
  | { kind: 'judge'; seenAt: number };

export type StoppedBy = 'operator' | 'shutdown' | 'nobody';

export type Service =
  | { kind: 'down'; since: number; dueAt: number; reason: string }
  /** A start was ordered and its pid is not known yet; `orphanUntil` = wait that long for it to report by itself. */
  | { kind: 'spawning'; since: number; orphanUntil: number | null }
  | { kind: 'starting'; since: number; process: Process; check: CheckDue }
  | { kind: 'up'; since: number; process: Process; check: CheckDue; goodAt: number }
  | {
      kind: 'unhealthy';
      since: number;
      process: Process;
      check: CheckDue;
      goodAt: number;
      failures: number;
      reason: string;
    }
  | { kind: 'stopping'; since: number; process: Process; reason: string; killAt: number; next: AfterStop }
  /** It ends on somebody's wish; `bye` once it has said so. */
  | { kind: 'draining'; since: number; process: Process; bye: boolean; killAt: number }
  | { kind: 'stopped'; since: number; by: StoppedBy }
  | { kind: 'held'; since: number; process: Process | null; check: CheckDue; reason: string };

export type ServiceKind = Service['kind'];
export type ServiceOf<K extends ServiceKind> = Extract<Service, { kind: K }>;

/** Remedies of tier 2. A new one is an entry here, in the ladder, and a file in `recovery/`. */
export type RemedyName = 'restart';
export type RemedyRecord = { tries: number; helped: boolean };

export type OpenIncident = {
  id: string;
  cause: Cause;
  /** Of the latest fault in this incident. */
  lastCause: Cause;
  detail: string;
  faultAt: number;
  seenAt: number;
  /** The same moment on the wall clock, for people. */
  faultWall: number;
  /** Restarts of tier 1 so far: the place in the backoff. */
  restarts: number;
  remedies: Partial<Record<RemedyName, RemedyRecord>>;
  tier: Tier | null;
  /** Who did the last thing that could have healed it. */
  healer: 'nobody' | 'supervisor' | 'person';
  page: { count: number; nextAt: number } | null;
  acknowledged: boolean;
};

/** Written after the deed so that the deed need not wait; repeated by the next supervisor if this one dies between. */
export type Pending = { incident: string; events: IncidentEvent[]; page: PageNotice | null };

export type State = {
  service: Service;
  incident: OpenIncident | null;
  /** Times of tier-1 restarts inside the budget's window. */
  budget: number[];
  restartsTotal: number;
  pending: Pending | null;
  /** Steady time of this snapshot. */
  savedAt: number;
};

export function freshState(at: number): State {
  return {
    service: { kind: 'stopped', since: at, by: 'nobody' },
    incident: null,
    budget: [],
    restartsTotal: 0,
    pending: null,
    savedAt: at,
  };
}

/** The process this state knows of, dead or alive; null when there is none. */
export function processOf(service: Service): Process | null {
  switch (service.kind) {
    case 'starting':
    case 'up':
    case 'unhealthy':
    case 'stopping':
    case 'draining':
    case 'held':
      return service.process;
    case 'down':
    case 'spawning':
    case 'stopped':
      return null;
  }
}

/** The same service state about a process of which more is known; a state without one stays as it is. */
export function withProcess(service: Service, process: Process): Service {
  return processOf(service) === null ? service : ({ ...service, process } as Service);
}
