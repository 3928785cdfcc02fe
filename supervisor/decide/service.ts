/**
 * The orchestrator as the core sees it: one life of its process, and the state the service is in.
 *
 * Invariant: exactly one service variant at a time, and each variant carries only what it needs. Times are
 * milliseconds on the supervisor's steady clock.
 */
import type { Phase } from '../../contracts/health.ts';

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
  /** `byHand`: a person asked for it, so a pause does not keep it down. */
  | { kind: 'start'; dueAt: number; byHand: boolean }
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
      /** All that is wrong is in parts with ladders of their own: the process itself does what it can. */
      onlyParts: boolean;
      reason: string;
    }
  | { kind: 'stopping'; since: number; process: Process; reason: string; killAt: number; next: AfterStop }
  /** It ends on somebody's wish; `bye` once it has said so. */
  | { kind: 'draining'; since: number; process: Process; bye: boolean; killAt: number }
  | { kind: 'stopped'; since: number; by: StoppedBy }
  | {
      kind: 'held';
      since: number;
      process: Process | null;
      check: CheckDue;
      /** `spent`: a person is needed · `step`: a remedy or a session is at work · `paused`: hands off. */
      why: 'spent' | 'step' | 'paused';
      reason: string;
    };

export type ServiceKind = Service['kind'];
export type ServiceOf<K extends ServiceKind> = Extract<Service, { kind: K }>;

/** Whether the process itself does what it can: ready, or kept from it by a part alone. */
export function isServing(service: Service): boolean {
  return service.kind === 'up' || (service.kind === 'unhealthy' && service.onlyParts);
}

/** Until it says so, work that must be done in one piece may hold up its beats: its progress alone is judged. */
export function isStarted({ pulse }: Process): boolean {
  return pulse?.phase === 'ready';
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
