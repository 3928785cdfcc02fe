/** A process is gone, or says that it is going. */
import { EXIT, explainExit } from '../../contracts/exit-codes.ts';
import type { Cause } from '../../contracts/incident.ts';
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { answerFault } from './fault.ts';
import { type Process, processOf, type ServiceOf, type StoppedBy } from './service.ts';
import { startAfter } from './spawn.ts';
import { serviceIncident } from './state.ts';
import { beginRemedyInRoom } from './steps.ts';

/** `meant`: it has put down that somebody wanted this end. */
export type Exit = { code: number | null; signal: string | null; meant?: boolean };

const ASKED = 'the process was asked to end';

export function onChildExited(d: Decision, event: EventOf<'child_exited'>): void {
  const process = processOf(d.state.service);
  if (process?.pid === event.pid) onGone(d, process, event);
}

/** The known process does not exist any more. */
export function onGone(d: Decision, process: Process, exit: Exit): void {
  const { service } = d.state;
  switch (service.kind) {
    case 'starting':
    case 'up':
    case 'unhealthy':
    case 'held':
      if (exit.meant) return stopped(d, 'operator', ASKED);
      if (d.state.pause !== null && exit.code === EXIT.ok) recordStop(d, `paused by ${d.state.pause.by}`);
      return crashed(d, process, exit, d.now.mono);
    case 'draining':
      if (exit.meant || (service.bye && endedCleanly(exit))) return stopped(d, 'operator', ASKED);
      return crashed(d, process, exit, d.now.mono);
    case 'stopping':
      return afterStop(d, process, exit, service);
    case 'down':
    case 'spawning':
    case 'stopped':
      return;
  }
}

/** The exit of a process that was not our child cannot be read: its word before the end counts. */
function endedCleanly(exit: Exit): boolean {
  return exit.code === EXIT.ok || (exit.code === null && exit.signal === null);
}

function afterStop(d: Decision, process: Process, exit: Exit, { next, reason }: ServiceOf<'stopping'>): void {
  switch (next.kind) {
    case 'start':
      return startAfter(d, null, { ...next, reason: describeExit(exit) });
    case 'hold':
      return holdEmpty(d, exit);
    case 'stop':
      return stopped(d, next.by, reason);
    case 'judge':
      if (exit.meant) return stopped(d, 'operator', ASKED);
      return crashed(d, process, exit, next.seenAt);
  }
}

/** The process has made room: for a remedy that waits for it, or until somebody helps. */
function holdEmpty(d: Decision, exit: Exit): void {
  const incident = serviceIncident(d.state);
  const why = incident?.step.kind === 'spent' ? 'spent' : 'step';
  const reason = incident?.detail ?? describeExit(exit);
  d.goto({ kind: 'held', since: d.now.mono, process: null, check: null, why, reason });
  if (incident) beginRemedyInRoom(d, incident.id);
}

/** A start we ordered found the service stopped by a person: that will stands. */
export function onStoppedOutside(d: Decision): void {
  if (d.state.service.kind === 'spawning') stopped(d, 'operator', 'the unit was stopped by a person');
}

/** The end was meant; for a shutdown the supervisor goes too. */
export function stopped(d: Decision, by: StoppedBy, reason: string): void {
  if (d.state.service.kind !== 'stopped') recordStop(d, reason);
  d.goto({ kind: 'stopped', since: d.now.mono, by });
  if (by === 'operator')
    d.log('info', 'the orchestrator was stopped on purpose; it stays down until asked for');
  if (by === 'shutdown') d.later({ kind: 'exit_supervisor', code: EXIT.ok });
}

/** Nobody was there to hear that it was asked to end. Starting us asks for the service again. */
export function onMeantEndUnseen(d: Decision): void {
  recordStop(d, ASKED);
  d.log('info', 'the orchestrator was stopped on purpose while no supervisor was there; it is wanted again');
  startAfter(d, null, { dueAt: d.now.mono, reason: ASKED });
}

/** The intent of people, beside the faults: how long the end took, and who wanted it. */
function recordStop(d: Decision, reason: string): void {
  const { service } = d.state;
  const isEnding = service.kind === 'draining' || service.kind === 'stopping';
  const seconds = isEnding ? (d.now.mono - service.since) / 1000 : 0;
  d.metric('operator_stop', 'stopped', seconds, { reason });
}

function crashed(d: Decision, process: Process, exit: Exit, seenAt: number): void {
  const ended = describeExit(exit);
  const detail = process.refused === null ? ended : `${ended}: ${process.refused}`;
  const evidence = [`pid ${process.pid}, alive for ${((seenAt - process.since) / 1000).toFixed(1)} s`];
  // The kernel reports the end within milliseconds, so the fault began when it was seen.
  answerFault(d, { cause: causeOf(exit), detail, evidence, faultAt: seenAt, seenAt }, null);
}

function causeOf(exit: Exit): Cause {
  if (exit.code === EXIT.config) return 'bad_config';
  if (exit.code === EXIT.database) return 'store_unusable';
  if (exit.code === EXIT.portInUse) return 'port_in_use';
  // One that nobody looks after holds the lock, and the port with it.
  if (exit.code === EXIT.alreadyRunning) return 'port_in_use';
  return 'crash';
}

export function describeExit(exit: Exit): string {
  if (exit.signal !== null) return `killed by ${exit.signal}`;
  if (exit.code === null) return 'it is gone; how it ended could not be seen';
  const meaning = explainExit(exit.code);
  return meaning === null ? `exit code ${exit.code}` : `exit code ${exit.code}: ${meaning}`;
}
