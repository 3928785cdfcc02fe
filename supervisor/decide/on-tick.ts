/** A deadline has come. Which one is read from the state, so a tick too many does nothing. */
import type { Decision } from './decision.ts';
import { answerFault } from './fault.ts';
import { endPauseIfDue } from './pause.ts';
import type { Policy } from './policy.ts';
import { isStarted, type Process, type Service, type ServiceOf } from './service.ts';
import { spawn } from './spawn.ts';
import { serviceIncident } from './state.ts';
import { tickIncidents } from './step-due.ts';

export function onTick(d: Decision): void {
  endPauseIfDue(d);
  tickService(d, d.state.pause !== null);
  if (d.state.pause === null) tickIncidents(d);
}

/** While paused what was begun is finished and nothing is judged. */
function tickService(d: Decision, isPaused: boolean): void {
  const { service } = d.state;
  const at = d.now.mono;
  switch (service.kind) {
    case 'down':
      return at >= service.dueAt && !isPaused ? spawn(d) : undefined;
    case 'spawning':
      return isPaused ? undefined : onOrphanWait(d, service);
    case 'starting':
      if (isPaused) return checkIfDue(d, service);
      if (isStarted(service.process) && hangs(d, service.process)) return hang(d, service.process);
      if (at >= stuckAt(service.process, d.policy)) return stuck(d, service.process);
      return checkIfDue(d, service);
    case 'up':
    case 'unhealthy':
      if (!isPaused && hangs(d, service.process)) return hang(d, service.process);
      return checkIfDue(d, service);
    case 'stopping':
      return at >= service.killAt ? killAgain(d, service) : undefined;
    case 'draining':
      return at >= service.killAt || hangs(d, service.process) ? endDrain(d, service) : undefined;
    case 'held':
      return checkIfDue(d, service);
    case 'stopped':
      return;
  }
}

/** Nobody reported: the start that a former supervisor ordered did not happen, or did not survive. */
function onOrphanWait(d: Decision, service: ServiceOf<'spawning'>): void {
  if (service.orphanUntil !== null && d.now.mono >= service.orphanUntil) spawn(d);
}

export function hangAt(process: Process, limitSeconds: number): number | null {
  return process.beatsOwed ? process.heardAt + limitSeconds * 1000 : null;
}

export function stuckAt({ progressAt }: Process, { start }: Policy): number {
  return progressAt + start.stuckSeconds * 1000;
}

function hangs(d: Decision, process: Process): boolean {
  const deadline = hangAt(process, d.policy.hang.limitSeconds);
  return deadline !== null && d.now.mono >= deadline;
}

function hang(d: Decision, process: Process): void {
  const silent = (d.now.mono - process.heardAt) / 1000;
  const detail = `no heartbeat for ${silent.toFixed(1)} s, pid ${process.pid}`;
  const fault = { cause: 'hang', detail, faultAt: process.heardAt, seenAt: d.now.mono } as const;
  answerFault(d, { ...fault, evidence: pulseEvidence(process) }, process);
  const incident = serviceIncident(d.state)?.id ?? null;
  d.metric('heartbeat_lost', 'hang', silent, { reason: 'silent', incident });
}

function pulseEvidence(process: Process): string[] {
  if (process.pulse === null) return [];
  const { phase, loopDelayMs, rssBytes } = process.pulse;
  const mib = Math.round(rssBytes / 2 ** 20);
  return [`last beat: phase ${phase}, loop delay ${Math.round(loopDelayMs)} ms, ${mib} MiB`];
}

function stuck(d: Decision, process: Process): void {
  const still = (d.now.mono - process.progressAt) / 1000;
  const detail = `its start made no progress for ${still.toFixed(0)} s, pid ${process.pid}`;
  const fault = { cause: 'start_stuck', detail, faultAt: process.progressAt, seenAt: d.now.mono } as const;
  answerFault(d, { ...fault, evidence: pulseEvidence(process) }, process);
}

function checkIfDue(d: Decision, service: Extract<Service, { check: number | null }>): void {
  if (service.process === null || service.check === null || d.now.mono < service.check) return;
  const { pid, startId } = service.process;
  d.refresh({ ...service, check: null });
  d.later({ kind: 'check_health', pid, startId });
}

function killAgain(d: Decision, service: ServiceOf<'stopping'>): void {
  const { pid, birth } = service.process;
  d.refresh({ ...service, killAt: d.now.mono + d.policy.stop.killAfterSeconds * 1000 });
  d.act({ kind: 'kill', pid, birth });
}

/** It was asked to end and does not get there: the wish still stands. */
function endDrain(d: Decision, service: ServiceOf<'draining'>): void {
  const { process } = service;
  const next = { kind: 'stop', by: 'operator' } as const;
  const reason = 'its drain took too long';
  const killAt = d.now.mono + d.policy.stop.killAfterSeconds * 1000;
  d.goto({ kind: 'stopping', since: d.now.mono, process, reason, killAt, next });
  d.act({ kind: 'kill', pid: process.pid, birth: process.birth });
}
