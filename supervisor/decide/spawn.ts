/** Beginning and ending a life of the orchestrator. Every start goes through here, so a pause holds them all. */
import type { Decision } from './decision.ts';
import type { AfterStop, Process } from './service.ts';

export function spawn(d: Decision): void {
  d.update({ restartsTotal: d.state.restartsTotal + 1 });
  d.goto({ kind: 'spawning', since: d.now.mono, orphanUntil: null });
  d.act({ kind: 'start_process' });
}

export type StartPlan = { dueAt: number; reason: string; byHand?: boolean };

/** Starts at `dueAt`, after the living process has made room. */
export function startAfter(d: Decision, alive: Process | null, plan: StartPlan): void {
  const { dueAt, reason, byHand = false } = plan;
  if (alive) return stopFirst(d, alive, reason, { kind: 'start', dueAt, byHand });
  if (d.state.pause !== null && !byHand) return stayDown(d);
  if (dueAt <= d.now.mono) spawn(d);
  else d.goto({ kind: 'down', since: d.now.mono, dueAt, reason });
}

/** It is down while we keep our hands off. */
export function stayDown(d: Decision): void {
  const reason = 'it ended while paused; it is started when the pause is over';
  d.goto({ kind: 'held', since: d.now.mono, process: null, check: null, why: 'paused', reason });
}

/** TERM now; the deadline in the new state brings KILL. */
export function stopFirst(
  d: Decision,
  process: Process,
  reason: string,
  next: AfterStop,
  graceSeconds = d.policy.stop.killAfterSeconds,
): void {
  const killAt = d.now.mono + graceSeconds * 1000;
  d.goto({ kind: 'stopping', since: d.now.mono, process, reason, killAt, next });
  d.act({ kind: 'terminate', pid: process.pid, birth: process.birth });
}
