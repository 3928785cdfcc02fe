/** Everything the core is ever told. Time and chance come in with the event; the core has neither of its own. */
import type { PageNotice } from '../../contracts/action.ts';
import type { Phase, Readiness } from '../../contracts/health.ts';
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { SignalCode } from '../../contracts/signal.ts';

export type Now = {
  /** Steady clock, milliseconds. */
  mono: number;
  /** Wall clock, milliseconds since the epoch. */
  wall: number;
};

export type HealthOutcome =
  | { kind: 'ok' }
  | { kind: 'not_ready'; reason: string }
  | { kind: 'unreachable'; reason: string }
  /** Somebody else answers on the port. */
  | { kind: 'stranger'; reason: string };

/** What the orchestrator said of its parts. */
export type HealthReport = Pick<Readiness, 'components' | 'standstill'>;

/** What a session says of itself; later looks alone decide whether it helped. */
export type EmergencyOutcome = 'done' | 'failed' | 'unavailable';

/** What a session took. */
export type EmergencyFigures = { seconds: number; costUsd: number; turns: number; tries: number };

export type EventBody =
  /**
   * First event of a supervisor's life; `processAlive` is about the process in the saved state, and `meant` says that it
   * has put down that its end was wanted by somebody.
   */
  | { kind: 'boot'; resumed: boolean; processAlive: boolean; meant?: boolean }
  | { kind: 'tick' }
  | { kind: 'started'; pid: number; birth: string | null }
  | { kind: 'start_failed'; detail: string }
  /** Not started, because a person has stopped the service meanwhile (`systemctl stop`). */
  | { kind: 'stopped_outside' }
  | { kind: 'hello'; pid: number; birth: string | null; startId: string; version: string }
  | {
      kind: 'beat';
      pid: number;
      phase: Phase;
      progress: number;
      loopDelayMs: number;
      rssBytes: number;
    }
  | { kind: 'bye'; pid: number; reason: 'operator_stop' | 'refused'; detail: string }
  | { kind: 'connection_closed'; pid: number }
  /** Both null when it was not our child: its end is known, the way it ended is not. `meant` as in `boot`. */
  | { kind: 'child_exited'; pid: number; code: number | null; signal: string | null; meant?: boolean }
  | {
      kind: 'probe_result';
      pid: number;
      outcome: HealthOutcome;
      durationMs: number;
      /** Null when there was no answer of the process we asked. */
      report: HealthReport | null;
    }
  /** A probe looked. Both states are told, at the probe's own pace; silence means nothing. */
  | { kind: 'signal_seen'; code: SignalCode; target: string | null; state: 'bad' | 'good'; detail: string }
  | { kind: 'remedy_result'; incident: string; remedy: RemedyName; outcome: RemedyOutcome }
  /** The session really runs: people hear of it. */
  | { kind: 'emergency_begun'; incident: string; detail: string }
  | {
      kind: 'emergency_result';
      incident: string;
      outcome: EmergencyOutcome;
      detail: string;
      /** What it took; absent when no session ran. */
      figures?: EmergencyFigures;
    }
  /** A session tries a fix: the service makes room for it, or is started to be looked at. */
  | { kind: 'session_wants'; incident: string; service: 'stopped' | 'running'; reason: string }
  /** What it tried is kept or put back. */
  | { kind: 'session_settled'; incident: string }
  /** The supervisor itself stood still for so long: nobody else is to blame for that time. */
  | { kind: 'own_stall'; ms: number }
  | { kind: 'env_changed' }
  /** Wall clock, milliseconds; null when there is none (any more). */
  | { kind: 'deploy_window'; until: number | null }
  | {
      kind: 'operator';
      verb: 'restart' | 'stop' | 'resume' | 'doctor_session' | 'shutdown' | 'shutdown_now';
      by: string;
    }
  /** Without an incident: every open one. */
  | { kind: 'operator'; verb: 'acknowledge'; incident?: string; by: string }
  /** `minutes` null = until `resume`. */
  | { kind: 'operator'; verb: 'pause'; minutes: number | null; by: string }
  | { kind: 'page_result'; incident: string; page: PageNotice['kind']; ok: boolean; detail: string };

export type EventKind = EventBody['kind'];
export type EventOf<K extends EventKind> = Extract<EventBody, { kind: K }>;

export type Event = EventBody & {
  now: Now;
  /** Even chance from 0 (included) to 1 (not included). */
  chance: number;
};
