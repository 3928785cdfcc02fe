/** What a person asks for, and what a person's edit of the settings brings. */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { spawn } from './fault.ts';
import { stopped } from './on-exit.ts';
import { endPolitely } from './on-link.ts';
import { tryOnce } from './on-tick.ts';
import { processOf } from './state.ts';

export function onOperator(d: Decision, event: EventOf<'operator'>): void {
  switch (event.verb) {
    case 'restart':
      return restart(d, event.by);
    case 'acknowledge':
      if (d.state.incident === null || d.state.incident.acknowledged) return;
      d.amend({ acknowledged: true });
      return d.note({ type: 'acknowledged', by: event.by });
    case 'shutdown':
      return shutdown(d);
    case 'shutdown_now':
      return shutdownNow(d);
    case 'pause':
      return d.log('warn', `${event.by} asked for a pause, which this core does not know`);
  }
}

function restart(d: Decision, by: string): void {
  const { service } = d.state;
  const reason = `restart asked for by ${by}`;
  switch (service.kind) {
    case 'held':
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
      byHand(d, reason);
      return d.goto({ ...service, next: { kind: 'start', dueAt: d.now.mono } });
    case 'spawning':
      return;
  }
}

function byHand(d: Decision, reason: string): void {
  d.note({ type: 'evidence', text: reason });
  d.amend({ healer: 'person' });
  d.log('info', reason);
}

function shutdown(d: Decision): void {
  const { service } = d.state;
  const process = processOf(service);
  if (process === null) return stopped(d, 'shutdown');
  if (service.kind === 'stopping') return d.goto({ ...service, next: { kind: 'stop', by: 'shutdown' } });
  endPolitely(d, process, 'the supervisor is asked to end', 'shutdown');
}

/** Asked a second time: no more patience. */
function shutdownNow(d: Decision): void {
  const process = processOf(d.state.service);
  if (process === null) return stopped(d, 'shutdown');
  const killAt = d.now.mono + d.policy.stop.killAfterSeconds * 1000;
  const next = { kind: 'stop', by: 'shutdown' } as const;
  d.goto({ kind: 'stopping', since: d.now.mono, process, reason: 'asked to end at once', killAt, next });
  d.act({ kind: 'kill', pid: process.pid, birth: process.birth });
}

/** Somebody edited `.env`: the likeliest cure of a service that cannot start. */
export function onEnvChanged(d: Decision): void {
  if (d.state.service.kind === 'held') tryOnce(d, d.state.service, 'the settings in .env changed', 'person');
}
