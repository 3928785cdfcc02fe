/** Answers of the health check. Only these make a process `up`, and only looks like these close an incident. */
import type { Cause } from '../../contracts/incident.ts';
import { hasUnknownFault, looksOf } from './components.ts';
import type { Decision } from './decision.ts';
import type { EventOf, HealthOutcome } from './event.ts';
import { answerFault } from './fault.ts';
import { calmMs } from './flapping.ts';
import { closeRecovered } from './incident.ts';
import { untilNextRound } from './round.ts';
import { isStarted, type Process, processOf, type ServiceOf } from './service.ts';
import { type Signal, serviceIncident } from './state.ts';
import { onServiceUp } from './verify.ts';
import { look } from './watch.ts';

/** A starting process is asked this often; its own `ready` beat brings the question forward. */
export const START_CHECK_MS = 1000;

export function onProbeResult(d: Decision, event: EventOf<'probe_result'>): void {
  const process = processOf(d.state.service);
  if (process?.pid !== event.pid) return;
  d.metric('http_check', event.outcome.kind, event.durationMs / 1000);
  const wasStarting = d.state.service.kind === 'starting';
  judge(d, process, event);
  // A process that is on its way up has parts that are not there yet.
  if (!wasStarting) lookAtParts(d, event);
  closeRecovered(d);
}

function judge(d: Decision, process: Process, event: EventOf<'probe_result'>): void {
  const { service } = d.state;
  const ok = event.outcome.kind === 'ok';
  switch (service.kind) {
    case 'starting':
      if (ok) return becomeUp(d, process);
      if (isKeptByPart(process, event)) return becomeUnhealthy(d, process, event);
      return checkAgain(d, service, startCheckMs(d, process));
    case 'held':
      if (ok) return becomeUp(d, process);
      if (isKeptByPart(process, event)) return becomeUnhealthy(d, process, event);
      return checkAgain(d, service, intervalMs(d));
    case 'up':
      return ok ? stillUp(d, service) : becomeUnhealthy(d, process, event, service.goodAt);
    case 'unhealthy':
      return ok ? becomeUp(d, process) : failed(d, service, event);
    case 'down':
    case 'spawning':
    case 'stopping':
    case 'draining':
    case 'stopped':
      return;
  }
}

/** Past its start, and kept from being ready by a part alone: a start that is over cannot be stuck. */
function isKeptByPart(process: Process, { report }: EventOf<'probe_result'>): boolean {
  return isStarted(process) && report !== null && !hasUnknownFault(report);
}

/** What it says of its parts counts while it is the process in question. */
function lookAtParts(d: Decision, { report, pid }: EventOf<'probe_result'>): void {
  const { kind } = d.state.service;
  if (report === null || (kind !== 'up' && kind !== 'unhealthy' && kind !== 'held')) return;
  for (const seen of looksOf(report, d.state.signals, d.policy)) look(d, seen);
  const isNew = d.state.signals.some(isFirstLook(d.now.mono));
  if (isNew) hurry(d, pid);
}

/** A hidden symptom has no looks that count: it is in no hurry. */
function isFirstLook(at: number): (signal: Signal) => boolean {
  return ({ bySelf, level, looks, since }) => bySelf && level === 'rising' && looks === 1 && since === at;
}

/** A first bad look is repeated soon: a slip is told from a fault without waiting for the next round. */
function hurry(d: Decision, pid: number): void {
  const { service } = d.state;
  if (processOf(service)?.pid !== pid || (service.kind !== 'up' && service.kind !== 'unhealthy')) return;
  const soon = d.now.mono + d.policy.health.recheckMs;
  d.refresh({ ...service, check: Math.min(service.check ?? soon, soon) });
}

function intervalMs(d: Decision): number {
  return d.policy.health.intervalSeconds * 1000;
}

/** It says it is ready and the check does not agree yet: asked again soon. */
function startCheckMs(d: Decision, process: Process): number {
  return isStarted(process) ? d.policy.health.recheckMs : START_CHECK_MS;
}

function checkAgain(d: Decision, service: ServiceOf<'starting' | 'held'>, afterMs: number): void {
  d.refresh({ ...service, check: d.now.mono + afterMs });
}

function becomeUp(d: Decision, process: Process): void {
  const { service } = d.state;
  const at = d.now.mono;
  d.goto({ kind: 'up', since: at, process, check: nextCheck(d, at), goodAt: at });
  if (service.kind === 'unhealthy') d.metric('probe', 'ok', (at - service.since) / 1000, { probe: 'readyz' });
  else noteRunning(d, process, service.kind === 'starting');
}

function becomeUnhealthy(
  d: Decision,
  process: Process,
  event: EventOf<'probe_result'>,
  goodAt = process.since,
): void {
  const { kind } = d.state.service;
  const begun = { kind: 'unhealthy', since: d.now.mono, process, check: null, goodAt } as const;
  if (kind === 'starting' || kind === 'held') noteRunning(d, process, kind === 'starting');
  failed(d, { ...begun, failures: 0, onlyParts: false, reason: '' }, event);
}

/** It runs. Whether that lasts is seen later. */
function noteRunning(d: Decision, process: Process, wasStarting: boolean): void {
  const seconds = (d.now.mono - process.since) / 1000;
  d.log('info', `running ${seconds.toFixed(2)} s after its start, pid ${process.pid}`);
  const incident = serviceIncident(d.state);
  if (!incident) return;
  const { id, healer, tier } = incident;
  const stable = `${Math.round(calmMs(d.policy, incident) / 1000)} s`;
  const detail = `pid ${process.pid} runs; it must stay so for ${stable}`;
  d.note(id, { type: 'verified', ok: true, detail });
  onServiceUp(d, incident);
  if (wasStarting && healer !== 'nobody') {
    d.metric('gateway_restart', 'success', seconds, { incident: id, tier });
  }
}

/** At the latest when the stable time is over, so that the incident does not wait for the next interval. */
function nextCheck(d: Decision, upSince: number): number {
  const regular = d.now.mono + untilNextRound(d.now.mono, intervalMs(d));
  const incident = serviceIncident(d.state);
  if (!incident) return regular;
  const stableAt = upSince + calmMs(d.policy, incident);
  return stableAt > d.now.mono ? Math.min(regular, stableAt) : regular;
}

function stillUp(d: Decision, service: ServiceOf<'up'>): void {
  d.refresh({ ...service, goodAt: d.now.mono, check: nextCheck(d, service.since) });
}

const CAUSES: Record<Exclude<HealthOutcome['kind'], 'ok'>, Cause> = {
  not_ready: 'not_ready',
  unreachable: 'unreachable',
  stranger: 'port_in_use',
};

function failed(d: Decision, before: ServiceOf<'unhealthy'>, event: EventOf<'probe_result'>): void {
  const { outcome, report } = event;
  if (outcome.kind === 'ok') return;
  // A part it can name has a ladder of its own, which may be anything but a restart.
  const onlyParts = report !== null && !hasUnknownFault(report);
  const failures = onlyParts ? 0 : before.failures + 1;
  const { reason } = outcome;
  const first = before.reason === '';
  const hasTurned = before.onlyParts !== onlyParts;
  const check =
    d.now.mono + (first || (hasTurned && failures > 0) ? d.policy.health.recheckMs : intervalMs(d));
  const since = first || hasTurned ? d.now.mono : before.since;
  d.refresh({ ...before, since, check, failures, onlyParts, reason });
  if (first) d.metric('probe', 'fail', 0, { probe: 'readyz', reason });
  if (failures < d.policy.health.failures || d.state.pause !== null) return;
  const evidence = [`${failures} health checks in a row failed`];
  const seen = { faultAt: before.goodAt, seenAt: d.now.mono };
  answerFault(d, { cause: CAUSES[outcome.kind], detail: reason, evidence, ...seen }, before.process);
}
