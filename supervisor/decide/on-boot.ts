/**
 * The first event of a supervisor's life: go on where the last one stopped. A living orchestrator is adopted,
 * never restarted; one that died meanwhile is a crash like any other.
 */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { spawn } from './fault.ts';
import { onGone } from './on-exit.ts';
import { type Process, processOf, type Service } from './state.ts';

export function onBoot(d: Decision, event: EventOf<'boot'>): void {
  const { service } = d.state;
  if (service.kind === 'stopped') {
    if (service.by !== 'operator') spawn(d);
    else d.log('info', 'the orchestrator was stopped on purpose; it stays down until asked for');
    return;
  }
  const away = (d.now.mono - d.state.savedAt) / 1000;
  d.metric('supervisor_restart', 'resumed', away, { incident: d.state.incident?.id ?? null });
  d.note({ type: 'evidence', text: 'the supervisor was restarted and goes on with this incident' });
  if (service.kind === 'spawning') {
    return d.goto({ ...service, orphanUntil: d.now.mono + d.policy.adoptSeconds * 1000 });
  }
  const process = processOf(service);
  if (process === null) return;
  if (event.processAlive) resumeWith(d, service, process);
  else onGone(d, process, { code: null, signal: null });
}

/** It gets the full hang limit to dial in again. */
function resumeWith(d: Decision, service: Service, known: Process): void {
  const at = d.now.mono;
  const process: Process = { ...known, heardAt: at, progressAt: at, beatsOwed: true };
  d.act({ kind: 'watch_process', pid: process.pid, birth: process.birth });
  switch (service.kind) {
    case 'starting':
    case 'up':
    case 'unhealthy':
    case 'held':
      d.goto({ ...service, process, check: at });
      return d.log('info', `adopted the running orchestrator, pid ${process.pid}`);
    case 'draining':
      return d.goto({ ...service, process });
    case 'stopping':
      d.goto({ ...service, process });
      return d.act({ kind: 'terminate', pid: process.pid, birth: process.birth });
    case 'down':
    case 'spawning':
    case 'stopped':
      return;
  }
}
