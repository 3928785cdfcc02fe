/** The core's state put into the words of `contracts/status.ts`. */
import type { Readiness } from '../contracts/health.ts';
import type { IncidentSummary, Tier } from '../contracts/incident.ts';
import type { ServiceState, SystemStatus } from '../contracts/status.ts';
import type { Now } from './decide/event.ts';
import { calmMs } from './decide/flapping.ts';
import { wellSince } from './decide/incident.ts';
import { sessionsToday } from './decide/ladder.ts';
import type { Policy } from './decide/policy.ts';
import { processOf, type Service } from './decide/service.ts';
import { SIGNALS } from './decide/signals.ts';
import { type OpenIncident, type State, serviceIncident, tierAtWork } from './decide/state.ts';

export type StatusFacts = {
  state: State;
  now: Now;
  policy: Policy;
  supervisor: SystemStatus['supervisor'];
  readiness: Readiness | null;
  incidents: IncidentSummary[];
  emergencySandbox: SystemStatus['emergencySandbox'];
  pagerConfigured: boolean;
};

export function toStatus(facts: StatusFacts): SystemStatus {
  const { state, now, policy, incidents, emergencySandbox, pagerConfigured } = facts;
  const { emergency } = policy;
  const wallOf = (mono: number) => Math.round(now.wall - (now.mono - mono));
  const tiers = state.incidents.flatMap((incident) => tierAtWork(incident) ?? []);
  const used = state.budget.filter((at) => at > now.mono - policy.restart.windowSeconds * 1000).length;
  const { budget: limit, windowSeconds } = policy.restart;
  return {
    now: now.wall,
    supervisor: facts.supervisor,
    service: serviceOf(facts),
    activeTier: tiers.length === 0 ? null : (Math.max(...tiers) as Tier),
    next: nextStep(state, now, policy),
    budgets: [
      { name: 'restarts', used, limit, windowSeconds },
      {
        name: 'emergency sessions',
        used: sessionsToday(state, now.mono).length,
        limit: emergency.perDay,
        windowSeconds: 86_400,
      },
    ],
    pause: state.pause && {
      by: state.pause.by,
      until: state.pause.until === null ? null : wallOf(state.pause.until),
    },
    signals: state.signals.map(({ code, target, level, since, detail }) => {
      const { title, severity } = SIGNALS[code];
      return { code, target, title, severity, level, since: wallOf(since), detail };
    }),
    incidents,
    emergencySandbox,
    pager: {
      configured: pagerConfigured,
      reason: pagerConfigured ? 'webhook' : 'set DISCORD_WEBHOOK_URL in .env to be paged',
    },
  };
}

function serviceOf({ state, now, readiness }: StatusFacts): SystemStatus['service'] {
  const { service } = state;
  const process = processOf(service);
  const pulse = process?.pulse ?? null;
  return {
    state: state.pause === null ? STATES[service.kind] : 'paused',
    since: Math.round(now.wall - (now.mono - service.since)),
    reason: state.pause === null ? reasonOf(service) : `paused by ${state.pause.by}`,
    pid: process?.pid ?? null,
    startId: process?.startId ?? null,
    uptimeSeconds: service.kind === 'up' ? Math.round((now.mono - service.since) / 1000) : null,
    restarts: Math.max(0, state.restartsTotal - 1),
    heartbeat:
      process && pulse
        ? {
            ageMs: Math.max(0, Math.round(now.mono - process.heardAt)),
            loopDelayMs: pulse.loopDelayMs,
            rssBytes: pulse.rssBytes,
          }
        : null,
    readiness: readiness && readiness.pid === process?.pid ? readiness : null,
  };
}

const STATES: Record<Service['kind'], ServiceState> = {
  down: 'down',
  spawning: 'starting',
  starting: 'starting',
  up: 'up',
  unhealthy: 'unhealthy',
  stopping: 'down',
  draining: 'draining',
  stopped: 'stopped',
  held: 'held',
};

function reasonOf(service: Service): string {
  switch (service.kind) {
    case 'down':
    case 'unhealthy':
    case 'held':
    case 'stopping':
      return service.reason;
    case 'spawning':
      return 'a start was ordered';
    case 'starting':
      return 'started, not ready yet';
    case 'up':
      return 'ready';
    case 'draining':
      return 'asked to end; it finishes its turns';
    case 'stopped':
      return service.by === 'operator' ? 'stopped on purpose' : 'not started';
  }
}

function nextStep(state: State, now: Now, policy: Policy): string | null {
  const { service, pause } = state;
  const inSeconds = (at: number) => `in ${Math.max(0, Math.ceil((at - now.mono) / 1000))} s`;
  if (pause)
    return pause.until === null ? 'waiting to be resumed' : `watching again ${inSeconds(pause.until)}`;
  const incident = serviceIncident(state);
  const step = incident && stepText(incident);
  if (step) return step;
  const calm = state.incidents.map((open) => calmText(state, open, now, policy)).find(Boolean);
  if (calm) return calm;
  switch (service.kind) {
    case 'down':
      return `restart ${inSeconds(service.dueAt)}`;
    case 'held':
      return incident?.page ? `another try ${inSeconds(incident.page.nextAt)}, or when .env changes` : null;
    case 'stopping':
      return `kill ${inSeconds(service.killAt)} unless it ends by itself`;
    case 'up':
      return incident ? 'closing the incident once it has stayed healthy' : null;
    case 'unhealthy':
      return 'asking again';
    case 'spawning':
    case 'starting':
      return 'waiting until it is ready';
    case 'draining':
    case 'stopped':
      return null;
  }
}

/** Why one that keeps coming back is open though all is well; null for any other. */
function calmText(state: State, incident: OpenIncident, now: Now, policy: Policy): string | null {
  const since = wellSince(state, incident);
  if (incident.flap === null || since === null) return null;
  const minutes = Math.max(1, Math.ceil((since + calmMs(policy, incident) - now.mono) / 60_000));
  const calm = `${minutes} more ${minutes === 1 ? 'minute' : 'minutes'} of calm`;
  return `it keeps coming back: closed after ${calm}, or when somebody acknowledges it (nanoclaw incidents ack)`;
}

/** What an incident's ladder is doing, in words; null when the service's state tells more. */
function stepText({ step }: OpenIncident): string | null {
  switch (step.kind) {
    case 'remedy':
      return `${step.name} is at work`;
    case 'verify':
      return step.until === null ? null : `looking whether ${step.name} helped`;
    case 'emergency':
      return 'an emergency session is at work';
    case 'waiting':
      return step.why;
    case 'none':
    case 'spent':
      return null;
  }
}
