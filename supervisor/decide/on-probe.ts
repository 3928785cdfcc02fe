/** Answers of the health check. Only these make a process `up`, and only these close an incident. */
import type { Cause } from '../../contracts/incident.ts';
import type { Decision } from './decision.ts';
import type { EventOf, HealthOutcome } from './event.ts';
import { answerFault } from './fault.ts';
import { closeIncident } from './incident.ts';
import { type Process, processOf, type ServiceOf } from './state.ts';

/** A starting process is asked this often; its own `ready` beat brings the question forward. */
export const START_CHECK_MS = 1000;

export function onProbeResult(d: Decision, event: EventOf<'probe_result'>): void {
  const { service } = d.state;
  const process = processOf(service);
  if (process?.pid !== event.pid) return;
  d.metric('http_check', event.outcome.kind, event.durationMs / 1000);
  const ok = event.outcome.kind === 'ok';
  switch (service.kind) {
    case 'starting':
      return ok ? becomeUp(d, process) : checkAgain(d, service, startCheckMs(d, process));
    case 'held':
      return ok ? becomeUp(d, process) : checkAgain(d, service, intervalMs(d));
    case 'up':
      return ok
        ? stillUp(d, service)
        : failed(d, { ...service, kind: 'unhealthy', failures: 0, reason: '' }, event.outcome);
    case 'unhealthy':
      return ok ? becomeUp(d, process) : failed(d, service, event.outcome);
    case 'down':
    case 'spawning':
    case 'stopping':
    case 'draining':
    case 'stopped':
      return;
  }
}

function intervalMs(d: Decision): number {
  return d.policy.health.intervalSeconds * 1000;
}

/** It says it is ready and the check does not agree yet: asked again soon. */
function startCheckMs(d: Decision, process: Process): number {
  return process.pulse?.phase === 'ready' ? d.policy.health.recheckMs : START_CHECK_MS;
}

function checkAgain(d: Decision, service: ServiceOf<'starting' | 'held'>, afterMs: number): void {
  d.refresh({ ...service, check: d.now.mono + afterMs });
}

function becomeUp(d: Decision, process: Process): void {
  const { service, incident } = d.state;
  const at = d.now.mono;
  const seconds = (at - process.since) / 1000;
  d.goto({ kind: 'up', since: at, process, check: nextCheck(d, at), goodAt: at });
  if (service.kind === 'unhealthy') d.metric('probe', 'ok', (at - service.since) / 1000, { probe: 'readyz' });
  else d.log('info', `ready ${seconds.toFixed(2)} s after its start, pid ${process.pid}`);
  if (!incident) return;
  const stable = `${d.policy.stableSeconds} s`;
  d.note({
    type: 'verified',
    ok: true,
    detail: `pid ${process.pid} is ready; it must stay so for ${stable}`,
  });
  const restart = incident.remedies.restart;
  if (restart) d.amend({ remedies: { restart: { ...restart, helped: true } } });
  if (service.kind === 'starting' && incident.healer !== 'nobody') {
    d.metric('gateway_restart', 'success', seconds, { incident: incident.id, tier: incident.tier });
  }
}

/** At the latest when the stable time is over, so that the incident does not wait for the next interval. */
function nextCheck(d: Decision, upSince: number): number {
  const regular = d.now.mono + intervalMs(d);
  const stableAt = upSince + d.policy.stableSeconds * 1000;
  return d.state.incident && stableAt > d.now.mono ? Math.min(regular, stableAt) : regular;
}

function stillUp(d: Decision, service: ServiceOf<'up'>): void {
  const stableAt = service.since + d.policy.stableSeconds * 1000;
  d.refresh({ ...service, goodAt: d.now.mono, check: nextCheck(d, service.since) });
  if (d.state.incident && d.now.mono >= stableAt) closeIncident(d, d.state.incident);
}

const CAUSES: Record<Exclude<HealthOutcome['kind'], 'ok'>, Cause> = {
  not_ready: 'not_ready',
  unreachable: 'unreachable',
  stranger: 'port_in_use',
};

function failed(d: Decision, before: ServiceOf<'unhealthy'>, outcome: HealthOutcome): void {
  if (outcome.kind === 'ok') return;
  const failures = before.failures + 1;
  const { reason } = outcome;
  const first = failures === 1;
  const check = d.now.mono + (first ? d.policy.health.recheckMs : intervalMs(d));
  d.refresh({ ...before, since: first ? d.now.mono : before.since, check, failures, reason });
  if (first) d.metric('probe', 'fail', 0, { probe: 'readyz', reason });
  if (failures < d.policy.health.failures) return;
  const evidence = [`${failures} health checks in a row failed`];
  const seen = { faultAt: before.goodAt, seenAt: d.now.mono };
  answerFault(d, { cause: CAUSES[outcome.kind], detail: reason, evidence, ...seen }, before.process);
}
