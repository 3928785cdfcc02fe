/** The supervisor's status as Prometheus gauges: the same facts as `GET /api/status`, in numbers. */
import type { ServiceState, SystemStatus } from '../contracts/status.ts';
import type { Family, Sample } from './prometheus.ts';

const STATES: Record<ServiceState, true> = {
  starting: true,
  up: true,
  unhealthy: true,
  down: true,
  draining: true,
  stopped: true,
  paused: true,
  held: true,
};

export function statusFamilies(status: SystemStatus): Family[] {
  const { service, supervisor, incidents, activeTier, now } = status;
  const oldest = service.readiness?.oldestUnansweredMs;
  const open = incidents.filter(({ state }) => state === 'open');
  const unacknowledged = open.filter(({ acknowledgedBy, pages }) => acknowledgedBy === null && pages > 0);
  return [
    ...serviceFamilies(status),
    // All answered is an age of zero; without an answer to the health check the age is unknown.
    gauge(
      'nanoclaw_oldest_unanswered_seconds',
      'Age of the oldest mention without an answer.',
      oldest === undefined ? [] : [{ value: (oldest ?? 0) / 1000 }],
    ),
    gauge('nanoclaw_active_tier', 'Highest tier at work; 0 when nothing is wrong.', [
      { value: activeTier ?? 0 },
    ]),
    gauge('nanoclaw_incidents_open', 'Open incidents.', [{ value: open.length }]),
    gauge('nanoclaw_pages_unacknowledged', 'Open incidents that paged and nobody acknowledged.', [
      { value: unacknowledged.length },
    ]),
    gauge('nanoclaw_supervisor_uptime_seconds', 'Age of the supervisor.', [
      { value: Math.max(0, (now - supervisor.startedAt) / 1000) },
    ]),
    gauge('nanoclaw_info', 'Version of the supervisor and how the service is run.', [
      { labels: { version: supervisor.version, manager: supervisor.manager }, value: 1 },
    ]),
    ...budgetFamilies(status),
  ];
}

function serviceFamilies({ service }: SystemStatus): Family[] {
  const { state, uptimeSeconds, restarts, heartbeat, readiness } = service;
  const states = Object.keys(STATES).map((name) => ({
    labels: { state: name },
    value: Number(name === state),
  }));
  return [
    gauge('nanoclaw_up', '1 while the orchestrator is ready.', [{ value: Number(state === 'up') }]),
    gauge('nanoclaw_service_state', '1 for the state the orchestrator is in.', states),
    gauge('nanoclaw_uptime_seconds', 'Time since the orchestrator became ready; 0 while it is not.', [
      { value: uptimeSeconds ?? 0 },
    ]),
    gauge('nanoclaw_restarts', 'Starts of the orchestrator after the first.', [{ value: restarts }]),
    gauge('nanoclaw_heartbeat_age_seconds', 'Since the last heartbeat.', known(heartbeat?.ageMs, 1000)),
    gauge(
      'nanoclaw_loop_delay_seconds',
      "The orchestrator's event loop.",
      known(heartbeat?.loopDelayMs, 1000),
    ),
    gauge('nanoclaw_resident_memory_bytes', "The orchestrator's memory.", known(heartbeat?.rssBytes, 1)),
    gauge('nanoclaw_active_turns', 'Turns running.', known(readiness?.activeTurns, 1)),
    gauge('nanoclaw_component_ok', '1 unless the component failed or is degraded.', components(service)),
  ];
}

function components({ readiness }: SystemStatus['service']): Sample[] {
  return (readiness?.components ?? []).map(({ name, state }) => ({
    labels: { component: name },
    value: Number(state !== 'failed' && state !== 'degraded'),
  }));
}

function budgetFamilies({ budgets }: SystemStatus): Family[] {
  const samples = (field: 'used' | 'limit') =>
    budgets.map((budget) => ({ labels: { budget: budget.name }, value: budget[field] }));
  return [
    gauge('nanoclaw_budget_used', 'Spent of a budget in its window.', samples('used')),
    gauge('nanoclaw_budget_limit', 'Size of a budget.', samples('limit')),
  ];
}

function known(value: number | undefined, divisor: number): Sample[] {
  return value === undefined ? [] : [{ value: value / divisor }];
}

function gauge(name: string, help: string, samples: Sample[]): Family {
  return { name, type: 'gauge', help, samples };
}
