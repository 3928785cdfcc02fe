/** The status as a person reads it. Pure. */
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import type { ServiceState, SystemStatus } from '../../../contracts/status.ts';
import { formatBytes, formatDuration, formatTable, formatTime } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import type { Texts } from '../texts/index.ts';

/** Closed incidents shown beside the open ones. */
const RECENT_INCIDENTS = 3;

type Paint = Terminal['paint'];

export function renderStatus(status: SystemStatus, page: string, texts: Texts, paint: Paint): string[] {
  const { service, supervisor } = status;
  const t = texts.status;
  const ago = formatDuration((status.now - service.since) / 1000);
  const state = paint(['bold', styleOf(service.state)], t.states[service.state]);
  const rows: string[][] = [
    [t.orchestrator, t.process(service.pid, formatDuration(service.uptimeSeconds), service.restarts)],
    ...heartbeatRows(status, texts),
    [t.supervisor, t.supervisorLine(supervisor.pid, supervisor.version, supervisor.manager)],
    ...troubleRows(status, texts),
    ...componentRows(service.readiness?.components ?? [], t.components, paint),
    ...labelled(
      t.budgets,
      status.budgets.map((b) => t.budget(b.name, b.used, b.limit, formatDuration(b.windowSeconds))),
    ),
    [t.pager, status.pager.configured ? t.pagerOn : status.pager.reason],
    ...labelled(t.incidents, incidentLines(status.incidents, texts)),
    [t.page, page],
  ];
  return [
    `nanoclaw ${state} ${paint('dim', t.since(formatTime(service.since), ago))}`,
    ...(service.reason === '' ? [] : [`  ${service.reason}`]),
    ...formatTable(rows).map((line) => `  ${line}`),
  ];
}

/** Green: as it should be. Yellow: passing or wanted. Red: broken. */
function styleOf(state: ServiceState): 'green' | 'yellow' | 'red' {
  switch (state) {
    case 'up':
      return 'green';
    case 'starting':
    case 'draining':
    case 'stopped':
    case 'paused':
      return 'yellow';
    case 'unhealthy':
    case 'down':
    case 'held':
      return 'red';
  }
}

function heartbeatRows({ service }: SystemStatus, { status }: Texts): string[][] {
  if (service.heartbeat === null) return [];
  const { ageMs, rssBytes } = service.heartbeat;
  return [['', status.heartbeat(formatDuration(ageMs / 1000), formatBytes(rssBytes))]];
}

function troubleRows(status: SystemStatus, { status: t }: Texts): string[][] {
  const oldest = status.service.readiness?.oldestUnansweredMs ?? null;
  return [
    ...(status.activeTier === null ? [] : [[t.tier, String(status.activeTier)]]),
    ...(status.next === null ? [] : [[t.next, status.next]]),
    ...(oldest === null ? [] : [[t.unanswered, t.oldest(formatDuration(oldest / 1000))]]),
  ];
}

function componentRows(components: readonly ComponentHealth[], label: string, paint: Paint): string[][] {
  return labelled(label, renderComponents(components, paint));
}

/** One aligned line a component: state, name, reason. */
export function renderComponents(components: readonly ComponentHealth[], paint: Paint): string[] {
  const styles = { ok: 'green', off: 'dim', starting: 'yellow', degraded: 'yellow', failed: 'red' } as const;
  return formatTable(components.map((c) => [paint(styles[c.state], c.state), c.name, c.reason]));
}

function incidentLines(incidents: readonly IncidentSummary[], texts: Texts): string[] {
  const open = incidents.filter((incident) => incident.state === 'open');
  const closed = incidents.filter((incident) => incident.state === 'closed').slice(0, RECENT_INCIDENTS);
  if (open.length + closed.length === 0) return [texts.status.noIncidents];
  return [...open, ...closed].map((incident) => incidentLine(incident, texts));
}

/** `2026… healed 4.2 s · crash · title` */
export function incidentLine(incident: IncidentSummary, { incidents: t }: Texts): string {
  const end = incident.outcome === null ? t.open : t.outcomes[incident.outcome];
  const healed = incident.mttr === null ? '' : ` (${formatDuration(incident.mttr)})`;
  return `${incident.id} · ${formatTime(incident.faultAt)} · ${incident.cause} · ${end}${healed}`;
}

function labelled(label: string, lines: readonly string[]): string[][] {
  return lines.map((line, index) => [index === 0 ? label : '', line]);
}
