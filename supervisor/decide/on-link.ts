/** What comes over the held connection: hello, beats, bye, and its end. */
import type { Decision } from './decision.ts';
import type { EventOf } from './event.ts';
import { type Process, processOf, withProcess } from './service.ts';
import { stopFirst } from './spawn.ts';
import { type State, serviceIncident } from './state.ts';

/** A closed connection comes before the exit by a few milliseconds; a process that outlives this is killed. */
const CLOSED_GRACE_SECONDS = 0.1;

/** Whether a process with this pid may connect: the one we know, or any while we have none. */
export function acceptsPeer(state: State, pid: number): boolean {
  const { service } = state;
  const known = processOf(service);
  if (known) return known.pid === pid;
  return !(service.kind === 'stopped' && service.by === 'shutdown');
}

export function onHello(d: Decision, event: EventOf<'hello'>): void {
  const { service } = d.state;
  const known = processOf(service);
  if (known === null) return adopt(d, event);
  if (known.pid !== event.pid) return;
  const heard = { startId: event.startId, beatsOwed: true, heardAt: d.now.mono };
  const process: Process = { ...known, ...heard };
  d.goto(withProcess(service, process));
}

function adopt(d: Decision, event: EventOf<'hello'>): void {
  const { pid, birth, startId } = event;
  if (!acceptsPeer(d.state, pid)) return;
  const process = { ...newProcess(pid, birth, d.now.mono), startId, beatsOwed: true };
  d.goto({ kind: 'starting', since: d.now.mono, process, check: d.now.mono });
  d.act({ kind: 'watch_process', pid, birth });
  const id = serviceIncident(d.state)?.id;
  if (id) d.note(id, { type: 'evidence', text: `a running orchestrator reported by itself, pid ${pid}` });
  d.log('info', `adopted the running orchestrator, pid ${pid}`);
}

export function newProcess(pid: number, birth: string | null, at: number): Process {
  return {
    pid,
    birth,
    startId: null,
    since: at,
    heardAt: at,
    progressAt: at,
    beatsOwed: false,
    pulse: null,
    refused: null,
  };
}

export function onBeat(d: Decision, event: EventOf<'beat'>): void {
  const { service } = d.state;
  const known = processOf(service);
  if (known?.pid !== event.pid) return;
  const process = withPulse(known, event, d.now.mono);
  switch (service.kind) {
    case 'starting': {
      if (event.phase === 'draining') return drain(d, process, false);
      const nowReady = event.phase === 'ready' && known.pulse?.phase !== 'ready';
      return d.refresh({ ...service, process, check: nowReady ? d.now.mono : service.check });
    }
    case 'up':
    case 'unhealthy':
    case 'held':
      if (event.phase === 'draining') return drain(d, process, false);
      return d.refresh({ ...service, process });
    case 'stopping':
    case 'draining':
      return d.refresh({ ...service, process });
    case 'down':
    case 'spawning':
    case 'stopped':
      return;
  }
}

function withPulse(process: Process, event: EventOf<'beat'>, at: number): Process {
  const { pid, birth, startId, since, pulse, refused } = process;
  const { phase, progress, loopDelayMs, rssBytes } = event;
  const moved = pulse === null || progress > pulse.progress;
  // Most events are beats, and naming every field costs a tenth of spreading and overwriting them.
  return {
    pid,
    birth,
    startId,
    since,
    heardAt: at,
    progressAt: moved ? at : process.progressAt,
    beatsOwed: true,
    pulse: { phase, progress, loopDelayMs, rssBytes },
    refused,
  };
}

function drain(d: Decision, process: Process, bye: boolean): void {
  const killAt = d.now.mono + d.policy.stop.drainSeconds * 1000;
  d.goto({ kind: 'draining', since: d.now.mono, process, bye, killAt });
}

export function onBye(d: Decision, event: EventOf<'bye'>): void {
  const { service } = d.state;
  const process = processOf(service);
  if (process?.pid !== event.pid || service.kind === 'stopping') return;
  if (event.reason === 'refused') {
    return d.goto(withProcess(service, { ...process, refused: event.detail }));
  }
  if (service.kind === 'draining') d.goto({ ...service, bye: true });
  else drain(d, process, true);
}

/** The kernel closes a dying process's sockets first: the crash is seen here and judged at its exit. */
export function onClosed(d: Decision, event: EventOf<'connection_closed'>): void {
  const { service } = d.state;
  const process = processOf(service);
  if (process?.pid !== event.pid || service.kind === 'stopping') return;
  if (service.kind === 'draining' && service.bye) return; // announced; its exit is on the way
  if (process.refused !== null) return; // announced; missing beats catch it should it stay
  if (d.state.pause !== null) return; // hands off; its exit tells the rest
  const next = { kind: 'judge', seenAt: d.now.mono } as const;
  const killAt = d.now.mono + CLOSED_GRACE_SECONDS * 1000;
  d.refresh({ kind: 'stopping', since: d.now.mono, process, reason: 'its connection closed', killAt, next });
  const labels = { reason: 'closed', incident: serviceIncident(d.state)?.id ?? null };
  d.metric('heartbeat_lost', 'closed', (d.now.mono - process.heardAt) / 1000, labels);
}

/** Ends a process on somebody's wish, with time for its turns to finish. */
export function endPolitely(
  d: Decision,
  process: Process,
  reason: string,
  by: 'shutdown' | 'operator' | 'restart',
): void {
  const next =
    by === 'restart'
      ? ({ kind: 'start', dueAt: d.now.mono, byHand: true } as const)
      : ({ kind: 'stop', by } as const);
  stopFirst(d, process, reason, next, d.policy.stop.drainSeconds);
}
