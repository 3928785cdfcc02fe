/** States of the whole system as the page is shown them: one healthy sample and what differs from it. */
import type { Readiness } from '../../contracts/health.ts';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { ServiceState, SystemStatus } from '../../contracts/status.ts';

const HOUR_MS = 3_600_000;

export function readiness(): Readiness {
  const part = (name: string, state: 'ok' | 'degraded' | 'off', reason: string, required = true) => ({
    name,
    state,
    reason,
    required,
  });
  return {
    status: 'ok',
    phase: 'ready',
    pid: 4242,
    startId: 'f3a91c',
    uptimeSeconds: 7512,
    version: '0.1.0',
    oldestUnansweredMs: null,
    groupCount: 2,
    activeTurns: 1,
    components: [
      part('store', 'ok', 'store/messages.db, 1 204 messages'),
      part('channel:local', 'ok', 'listening on run/control.sock'),
      part('channel:slack', 'off', 'SLACK_BOT_TOKEN is not set', false),
      part('sandbox', 'degraded', 'bubblewrap: no Docker engine answers, agents run without a container'),
      part('model', 'degraded', 'offline model: not signed in, run `nanoclaw auth login`', false),
    ],
  };
}

export function healthy(): SystemStatus {
  const now = Date.now();
  return {
    now,
    supervisor: { pid: 4100, version: '0.1.0', startedAt: now - 5 * HOUR_MS, manager: 'child' },
    service: {
      state: 'up',
      since: now - 2 * HOUR_MS,
      reason: 'ready, every required component works',
      pid: 4242,
      startId: 'f3a91c',
      uptimeSeconds: 7512,
      restarts: 3,
      heartbeat: { ageMs: 210, loopDelayMs: 3.4, rssBytes: 132 * 1024 * 1024 },
      readiness: readiness(),
    },
    activeTier: null,
    next: null,
    budgets: [
      { name: 'restarts', used: 1, limit: 5, windowSeconds: 300 },
      { name: 'emergency sessions', used: 0, limit: 3, windowSeconds: 86_400 },
    ],
    pause: null,
    signals: [],
    incidents: [],
    emergencySandbox: { kind: 'bubblewrap', reason: '' },
    pager: { configured: false, reason: 'DISCORD_WEBHOOK_URL is not set' },
  };
}

/** A healthy system whose service is in another state. */
export function inState(
  state: ServiceState,
  reason: string,
  change: Partial<SystemStatus> = {},
): SystemStatus {
  const base = healthy();
  const gone = state === 'down' || state === 'held' || state === 'stopped';
  const dead = gone ? { pid: null, uptimeSeconds: null, heartbeat: null, readiness: null } : {};
  return { ...base, service: { ...base.service, ...dead, state, reason, since: base.now }, ...change };
}

export function incident(change: Partial<IncidentSummary> = {}): IncidentSummary {
  const now = Date.now();
  return {
    id: '20260101-120000-crash',
    cause: 'crash',
    title: 'The service died: killed by SIGKILL',
    faultAt: now - 60_000,
    seenAt: now - 59_996,
    tier: 1,
    state: 'open',
    outcome: null,
    closedAt: null,
    mttd: null,
    mttr: null,
    pages: 0,
    acknowledgedBy: null,
    ...change,
  };
}
