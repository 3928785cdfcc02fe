/**
 * From a fault of the process to its answer. Every such fault comes through here, so budgets and incidents cannot be
 * passed by; the service rests until the ladder has chosen.
 */
import type { Decision } from './decision.ts';
import { type Fault, recordFault } from './incident.ts';
import type { Process } from './service.ts';
import { stayDown } from './spawn.ts';
import type { OpenIncident } from './state.ts';
import { serviceIncident } from './state.ts';
import { advance } from './steps.ts';

export type ProcessFault = Omit<Fault, 'target'>;

/** @param alive the process at fault when it is still there */
export function answerFault(d: Decision, fault: ProcessFault, alive: Process | null): void {
  if (d.state.pause !== null) return noteInPause(d, fault, alive);
  const singleTry = isSingleTry(d);
  recordFailedRestart(d);
  const id = recordFault(d, { ...fault, target: null });
  const windowStart = d.now.mono - d.policy.restart.windowSeconds * 1000;
  d.update({ budget: d.state.budget.filter((at) => at > windowStart) });
  rest(d, alive, fault.detail);
  const incident = d.incident(id);
  if (incident && !isAtWork(incident)) advance(d, id, fault.cause, singleTry);
}

/** A start after a person was called: when it fails there is no new round. */
function isSingleTry({ state }: Decision): boolean {
  const { service } = state;
  const starts = service.kind === 'starting' || service.kind === 'spawning' || service.kind === 'stopping';
  return starts && serviceIncident(state)?.step.kind === 'spent';
}

/** Its result decides what comes next. */
function isAtWork({ step }: OpenIncident): boolean {
  return step.kind === 'remedy' || step.kind === 'emergency';
}

/** Nobody answers for what happens while we keep our hands off. */
function noteInPause(d: Decision, fault: ProcessFault, alive: Process | null): void {
  const incident = serviceIncident(d.state);
  if (incident) d.note(incident.id, { type: 'evidence', text: `while paused: ${fault.detail}` });
  else d.log('info', `while paused: ${fault.detail}`);
  if (alive === null) stayDown(d);
}

/** A restart that never reached health has its own line in the metrics. */
function recordFailedRestart(d: Decision): void {
  const { service } = d.state;
  const incident = serviceIncident(d.state);
  if (!incident || incident.healer === 'nobody' || service.kind !== 'starting') return;
  const seconds = (d.now.mono - service.process.since) / 1000;
  d.metric('gateway_restart', 'failed', seconds, { incident: incident.id, tier: incident.tier });
}

function rest(d: Decision, alive: Process | null, reason: string): void {
  const check = alive ? d.now.mono + d.policy.health.intervalSeconds * 1000 : null;
  d.goto({ kind: 'held', since: d.now.mono, process: alive, check, why: 'step', reason });
}
