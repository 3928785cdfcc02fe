/**
 * Operator intent: while it is paused, or in a deploy window, the supervisor looks and records but restarts nothing,
 * runs no remedy and calls nobody. What it learned meanwhile counts from the moment the pause ends.
 */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { processOf, withProcess } from './service.ts';
import { spawn } from './spawn.ts';
import { serviceIncident } from './state.ts';

/** Who opened a deploy window, as far as the pause is concerned. */
const DEPLOY = 'deploy window';

export function pause(d: Decision, by: string, until: number | null): void {
  d.update({ pause: { by, until } });
  d.log('info', `paused by ${by}: nothing is restarted or repaired until it is resumed`);
  d.metric('operator_pause', 'begun', until === null ? 0 : (until - d.now.mono) / 1000, { reason: by });
}

/** A window in a file pauses as a person does, but only once, never beyond its limit, and never against a person. */
export function onDeployWindow(d: Decision, event: EventOf<'deploy_window'>): void {
  const { pause: current, deployWindow } = d.state;
  if (current !== null && current.by !== DEPLOY) return;
  const left = event.until === null ? 0 : event.until - d.now.wall;
  if (left <= 0) return endPause(d, 'the deploy window is over');
  if (current !== null || event.until === deployWindow) return;
  d.update({ deployWindow: event.until });
  pause(d, DEPLOY, d.now.mono + Math.min(left, d.policy.deployLimitSeconds * 1000));
}

export function endPauseIfDue(d: Decision): void {
  const { pause } = d.state;
  if (pause?.until != null && d.now.mono >= pause.until) endPause(d, `the pause by ${pause.by} is over`);
}

/** Everything gets its full time again: what happened in the pause was somebody's doing. */
export function endPause(d: Decision, reason: string): void {
  if (d.state.pause === null) return;
  d.update({ pause: null });
  d.log('info', `${reason}; watching again`);
  d.metric('operator_pause', 'ended', 0, { reason });
  d.watch(d.state.signals.filter(({ level }) => level !== 'rising'));
  const { service } = d.state;
  const process = processOf(service);
  if (process === null) {
    const wasWanted = serviceIncident(d.state)?.step.kind === 'verify';
    if (service.kind === 'held' && (service.why === 'paused' || wasWanted)) spawn(d);
    return;
  }
  const at = d.now.mono;
  const fresh = { ...process, heardAt: at, progressAt: at };
  switch (service.kind) {
    case 'starting':
    case 'up':
    case 'held':
      return d.goto({ ...service, process: fresh, check: at });
    case 'unhealthy':
      return d.goto({ ...service, process: fresh, check: at, failures: 0 });
    case 'down':
    case 'spawning':
    case 'stopping':
    case 'draining':
    case 'stopped':
      return d.goto(withProcess(service, fresh));
  }
}
