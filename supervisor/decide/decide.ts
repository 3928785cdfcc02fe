/**
 * The deciding core: state and event in, new state and actions out. No clock, no chance, no I/O; the same input
 * gives the same output.
 *
 *   stopped ──boot, restart──▶ spawning ──started──▶ starting ──check ok──▶ up ◀──ok── unhealthy
 *                                ▲  ▲                   │  fault             │ ──bad──▶  │
 *                 backoff over   │  │ at once           ▼                    ▼           ▼
 *                       down ────┘  └──────────── answer to the fault: restart, or page and hold
 *                         ▲                             │ alive: TERM first        │
 *                         └──────────── stopping ◀──────┘                          ▼
 *                                         ▲ TERM, then KILL        held ──page due, .env, restart──▶ spawning
 *   any process ──bye, phase draining──▶ draining ──exit 0──▶ stopped
 *
 * A hello from a living orchestrator in `down`, `spawning`, `held` or `stopped` leads to `starting` (adoption).
 */
import { type Decided, Decision } from './decision.ts';
import type { Event, EventOf } from './event.ts';
import { answerFault } from './fault.ts';
import { onBoot } from './on-boot.ts';
import { onChildExited, onStoppedOutside } from './on-exit.ts';
import { newProcess, onBeat, onBye, onClosed, onHello } from './on-link.ts';
import { onEnvChanged, onOperator } from './on-operator.ts';
import { onProbeResult, START_CHECK_MS } from './on-probe.ts';
import {
  onEmergencyBegun,
  onEmergencyResult,
  onRemedyResult,
  onSessionSettled,
  onSessionWants,
} from './on-step.ts';
import { onTick } from './on-tick.ts';
import { onDeployWindow } from './pause.ts';
import type { Policy } from './policy.ts';
import { processOf, withProcess } from './service.ts';
import { type OpenIncident, type State, serviceIncident } from './state.ts';
import { showProgress } from './tell.ts';
import { look } from './watch.ts';

export function decide(state: State, event: Event, policy: Policy): Decided {
  const d = new Decision(state, event, policy);
  dispatch(d, event);
  return d.result();
}

function dispatch(d: Decision, event: Event): void {
  switch (event.kind) {
    case 'boot':
      return onBoot(d, event);
    case 'tick':
      return onTick(d);
    case 'started':
      return onStarted(d, event);
    case 'start_failed':
      return onStartFailed(d, event);
    case 'stopped_outside':
      return onStoppedOutside(d);
    case 'hello':
      return onHello(d, event);
    case 'beat':
      return onBeat(d, event);
    case 'bye':
      return onBye(d, event);
    case 'connection_closed':
      return onClosed(d, event);
    case 'child_exited':
      return onChildExited(d, event);
    case 'probe_result':
      return onProbeResult(d, event);
    case 'signal_seen':
      return onSignalSeen(d, event);
    case 'remedy_result':
      return onRemedyResult(d, event);
    case 'emergency_begun':
      return onEmergencyBegun(d, event);
    case 'emergency_result':
      return onEmergencyResult(d, event);
    case 'session_wants':
      return onSessionWants(d, event);
    case 'session_settled':
      return onSessionSettled(d, event.incident);
    case 'deploy_window':
      return onDeployWindow(d, event);
    case 'own_stall':
      return onOwnStall(d, event);
    case 'env_changed':
      return onEnvChanged(d);
    case 'operator':
      return onOperator(d, event);
    case 'page_result':
      return onPageResult(d, event);
  }
}

function onSignalSeen(d: Decision, { code, target, detail, state }: EventOf<'signal_seen'>): void {
  look(d, { code, target, detail, isBad: state === 'bad', bySelf: false });
}

function onStarted(d: Decision, event: EventOf<'started'>): void {
  if (d.state.service.kind !== 'spawning') return;
  const process = newProcess(event.pid, event.birth, d.now.mono);
  d.goto({ kind: 'starting', since: d.now.mono, process, check: d.now.mono + START_CHECK_MS });
  noteStart(d, true, `pid ${event.pid}`);
  d.log('info', `started the orchestrator, pid ${event.pid}`);
}

function onStartFailed(d: Decision, event: EventOf<'start_failed'>): void {
  if (d.state.service.kind !== 'spawning') return;
  noteStart(d, false, event.detail);
  const seen = { faultAt: d.now.mono, seenAt: d.now.mono };
  answerFault(
    d,
    { cause: 'crash', detail: `it cannot be started: ${event.detail}`, evidence: [], ...seen },
    null,
  );
}

function noteStart(d: Decision, ok: boolean, detail: string): void {
  const incident = serviceIncident(d.state);
  if (!incident) return;
  const { id, tier, step } = incident;
  d.note(id, { type: 'acted', tier: tier ?? 1, action: 'restart', ok, detail });
  if (ok && step.kind === 'none') showProgress(d, id);
}

/** Time in which the supervisor stood still is nobody's silence, and no remedy's failure. */
function onOwnStall(d: Decision, event: EventOf<'own_stall'>): void {
  const { ms } = event;
  const process = processOf(d.state.service);
  if (process !== null) {
    const { heardAt, progressAt } = process;
    const shifted = { ...process, heardAt: heardAt + ms, progressAt: progressAt + ms };
    d.refresh(withProcess(d.state.service, shifted));
  }
  for (const incident of d.state.incidents) allowFor(d, incident, ms);
  if (ms >= 1000) d.log('warn', `the supervisor itself stood still for ${Math.round(ms)} ms`);
}

function allowFor(d: Decision, { id, step }: OpenIncident, ms: number): void {
  if ('until' in step && step.until !== null) d.amend(id, { step: { ...step, until: step.until + ms } });
}

function onPageResult(d: Decision, event: EventOf<'page_result'>): void {
  const { incident, ok, detail } = event;
  d.note(incident, { type: 'paged', kind: event.page, ok, detail: `${event.page}: ${detail}` });
  d.metric('page', ok ? 'sent' : 'failed', 0, { incident, page: event.page, reason: detail });
}
