/** What a person asks for, and what a person's edit of the settings brings. */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { endFlapping } from './flapping.ts';
import { stopped } from './on-exit.ts';
import { endPolitely } from './on-link.ts';
import { endPause, pause } from './pause.ts';
import { beginAskedSession } from './person-session.ts';
import { processOf } from './service.ts';
import { spawn } from './spawn.ts';
import { serviceIncident } from './state.ts';
import { tryOnce } from './steps.ts';

const SHUTDOWN = 'the supervisor is asked to end';

export function onOperator(d: Decision, event: EventOf<'operator'>): void {
  switch (event.verb) {
    case 'restart':
      return restart(d, event.by);
    case 'stop':
      return stop(d, event.by);
    case 'pause':
      return pause(d, event.by, event.minutes === null ? null : d.now.mono + event.minutes * 60_000);
    case 'resume':
      for (const incident of d.state.incidents) endFlapping(d, incident, event.by);
      return endPause(d, `resumed by ${event.by}`);
    case 'doctor_session':
      return beginAskedSession(d, event.by);
    case 'acknowledge':
      return acknowledge(d, event.by, event.incident ?? null);
    case 'shutdown':
      return shutdown(d);
    case 'shutdown_now':
      return shutdownNow(d);
  }
}

function acknowledge(d: Decision, by: string, only: string | null): void {
  for (const incident of d.state.incidents) {
    const { id, acknowledged } = incident;
    if (acknowledged || (only !== null && only !== id)) continue;
    d.amend(id, { acknowledged: true });
    d.note(id, { type: 'acknowledged', by });
    endFlapping(d, incident, by);
  }
}

function restart(d: Decision, by: string): void {
  const { service } = d.state;
  const reason = `restart asked for by ${by}`;
  switch (service.kind) {
    case 'held':
      if (startsAfterRemedy(d, reason)) return;
      return tryOnce(d, service, reason, 'person');
    case 'down':
    case 'stopped':
      byHand(d, reason);
      return spawn(d);
    case 'starting':
    case 'up':
    case 'unhealthy':
    case 'draining':
      byHand(d, reason);
      return endPolitely(d, service.process, reason, 'restart');
    case 'stopping':
      if (service.next.kind === 'stop' && service.next.by === 'shutdown') return;
      if (startsAfterRemedy(d, reason)) return;
      byHand(d, reason);
      return d.goto({ ...service, next: { kind: 'start', dueAt: d.now.mono, byHand: true } });
    case 'spawning':
      return;
  }
}

/** A remedy that works on its files must not be run over. */
function startsAfterRemedy(d: Decision, reason: string): boolean {
  const incident = serviceIncident(d.state);
  if (incident?.step.kind !== 'remedy') return false;
  d.amend(incident.id, { startAsked: true });
  d.note(incident.id, {
    type: 'evidence',
    text: `${reason}; it is started when ${incident.step.name} has ended`,
  });
  return true;
}

function byHand(d: Decision, reason: string): void {
  const id = serviceIncident(d.state)?.id;
  if (id) {
    d.note(id, { type: 'evidence', text: reason });
    d.amend(id, { healer: 'person' });
  }
  d.log('info', reason);
}

/** It stays down until somebody asks for it; what is open then waits. */
function stop(d: Decision, by: string): void {
  const { service } = d.state;
  const reason = `stop asked for by ${by}`;
  byHand(d, reason);
  const process = processOf(service);
  if (process === null) return stopped(d, 'operator', reason);
  if (service.kind === 'stopping') return d.goto({ ...service, next: { kind: 'stop', by: 'operator' } });
  endPolitely(d, process, reason, 'operator');
}

function shutdown(d: Decision): void {
  const { service } = d.state;
  const process = processOf(service);
  if (process === null) return stopped(d, 'shutdown', SHUTDOWN);
  if (service.kind === 'stopping') return d.goto({ ...service, next: { kind: 'stop', by: 'shutdown' } });
  endPolitely(d, process, SHUTDOWN, 'shutdown');
}

/** Asked a second time: no more patience. */
function shutdownNow(d: Decision): void {
  const process = processOf(d.state.service);
  if (process === null) return stopped(d, 'shutdown', SHUTDOWN);
  const killAt = d.now.mono + d.policy.stop.killAfterSeconds * 1000;
  const next = { kind: 'stop', by: 'shutdown' } as const;
  d.goto({ kind: 'stopping', since: d.now.mono, process, reason: 'asked to end at once', killAt, next });
  d.act({ kind: 'kill', pid: process.pid, birth: process.birth });
}

/** Somebody edited `.env`: the likeliest cure of a service that cannot start. */
export function onEnvChanged(d: Decision): void {
  const { service, pause: paused } = d.state;
  if (paused !== null || service.kind !== 'held' || service.why !== 'spent') return;
  tryOnce(d, service, 'the settings in .env changed', 'person');
}
