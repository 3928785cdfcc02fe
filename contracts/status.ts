/**
 * What the supervisor says of the whole: `GET /api/status` on the status page's port, and each `status` event
 * of `GET /api/events`. The page and `nanoclaw status` show nothing that is not in here.
 */
import type { EmergencySandbox } from './emergency-sandbox.ts';
import type { Readiness } from './health.ts';
import type { IncidentSummary, Tier } from './incident.ts';
import type { SignalSummary } from './signal.ts';

/** States of the orchestrator as the supervisor sees it. Starting, draining, paused and dead are different. */
export type ServiceState =
  | 'starting' //  spawned, not ready yet, making progress
  | 'up' //        ready
  | 'unhealthy' // alive, but not ready or not answering
  | 'down' //      gone; a restart is due at `next`
  | 'draining' //  asked to stop, finishing its turns
  | 'stopped' //   stopped on purpose
  | 'paused' //    an operator told us to keep our hands off
  | 'held'; //     restart budget spent: waiting for a person

export type Budget = { name: string; used: number; limit: number; windowSeconds: number };

export type SystemStatus = {
  /** Wall clock when this was written, milliseconds since the epoch. */
  now: number;
  supervisor: { pid: number; version: string; startedAt: number; manager: 'child' | 'systemd' };
  service: {
    state: ServiceState;
    /** Since when it has been in this state, wall clock, milliseconds. */
    since: number;
    /** One line for a person: why it is in this state. */
    reason: string;
    pid: number | null;
    startId: string | null;
    /** Seconds since the present process became ready; null while it is not. */
    uptimeSeconds: number | null;
    restarts: number;
    heartbeat: { ageMs: number; loopDelayMs: number; rssBytes: number } | null;
    /** Answer to the last `/readyz`, null before the first. */
    readiness: Readiness | null;
  };
  /** Highest tier at work now, null when nothing is wrong. */
  activeTier: Tier | null;
  /** What the supervisor will do next and when, one line; null when there is nothing to do. */
  next: string | null;
  budgets: Budget[];
  /** Why the supervisor keeps its hands off, and until when (wall clock, null = until told); null when it does not. */
  pause: { by: string; until: number | null } | null;
  /** What is wrong or suspected now; a healthy system has none. */
  signals: SignalSummary[];
  /** Newest first, open ones included. */
  incidents: IncidentSummary[];
  /** Where an emergency session would run; null until it was looked for. */
  emergencySandbox: EmergencySandbox | null;
  /** How a person would be told; `reason` says what is missing when `configured` is false. */
  pager: { configured: boolean; reason: string };
};
