/**
 * The first event of a supervisor's life: go on where the last one stopped. A living orchestrator is adopted,
 * never restarted; one that died meanwhile is a crash like any other, unless its end was meant. Steps that were under
 * way are begun again.
 */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { onGone, onMeantEndUnseen } from './on-exit.ts';
import { type Process, processOf, type Service } from './service.ts';
import { spawn } from './spawn.ts';
import { type OpenIncident, serviceIncident } from './state.ts';
import { beginRemedyInRoom, resumeSession, runRemedy } from './steps.ts';

export function onBoot(d: Decision, event: EventOf<'boot'>): void {
  const away = d.now.mono - d.state.savedAt;
  // What the last supervisor owed is done by now: saved, so that no later one does it again.
  d.update({});
  if (event.resumed) {
    const incident = serviceIncident(d.state)?.id ?? null;
    d.metric('supervisor_restart', 'resumed', away / 1000, { incident });
  }
  for (const incident of d.state.incidents) resumeStep(d, incident, away);
  dropShutdown(d);
  const { service } = d.state;
  if (service.kind === 'stopped') return resumeStopped(d, service.by);
  if (service.kind === 'spawning') {
    return d.goto({ ...service, orphanUntil: d.now.mono + d.policy.adoptSeconds * 1000 });
  }
  const process = processOf(service);
  if (process === null) return;
  if (event.processAlive) return resumeWith(d, service, process);
  const wasHeard = service.kind === 'stopping' || service.kind === 'draining';
  if (event.meant && !wasHeard) return onMeantEndUnseen(d);
  onGone(d, process, { code: null, signal: null, meant: event.meant === true });
}

/** Whoever asked the last supervisor to end has had that: this one was started after it. */
function dropShutdown(d: Decision): void {
  const { service } = d.state;
  if (service.kind !== 'stopping' || service.next.kind !== 'stop' || service.next.by !== 'shutdown') return;
  d.goto({ ...service, next: { kind: 'start', dueAt: d.now.mono, byHand: true } });
}

function resumeStopped(d: Decision, by: string): void {
  if (by !== 'operator') return spawn(d);
  d.log('info', 'the orchestrator was stopped on purpose; it stays down until asked for');
}

/** What runs outside of us is begun again, which does no harm; what was waited for gets its time again. */
function resumeStep(d: Decision, incident: OpenIncident, away: number): void {
  const { id, step } = incident;
  d.note(id, { type: 'evidence', text: 'the supervisor was restarted and goes on with this incident' });
  switch (step.kind) {
    case 'remedy':
      d.amend(id, { step: { ...step, until: d.now.mono + d.policy.remedy.limitSeconds * 1000 } });
      return step.begun ? runRemedy(d, incident, step.name) : beginRemedyInRoom(d, id);
    case 'verify':
      if (step.until !== null) d.amend(id, { step: { ...step, until: step.until + away } });
      return;
    case 'emergency':
      return resumeSession(d, incident);
    case 'none':
    case 'waiting':
    case 'spent':
      return;
  }
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
