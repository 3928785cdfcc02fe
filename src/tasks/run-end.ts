/** What the end of a run means for its task: pure, and then carried out in the write that ends the run's turn. */
import type { TaskRecord } from '../../contracts/tasks.ts';
import { replyKey } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Turn, TurnOutcome } from '../store/turns.ts';
import type { Language } from '../turns/notices.ts';
import { pausedNotice } from './texts.ts';

/** A task that fails this often in a row is paused: it costs money and tells nobody anything new. */
export const FAILURE_LIMIT = 5;

/** Enough of a reply to know the run by, characters. */
const RESULT_SHOWN = 500;

export type RunEnd = { status: 'success' | 'failed' | 'stopped'; result: string | null; code: string | null };

export function afterRun(task: TaskRecord, end: RunEnd): { task: TaskRecord; isPaused: boolean } {
  const failures = end.status === 'success' ? 0 : task.failures + (end.status === 'failed' ? 1 : 0);
  const lastResult = end.result ?? end.code;
  const after = { ...task, failures, lastResult };
  if (task.status !== 'active') return { task: after, isPaused: false };
  if (end.code === 'chat_gone')
    return { task: { ...after, status: 'cancelled', nextRun: null }, isPaused: false };
  // One that was given a new time meanwhile goes on.
  if (task.type === 'once' && task.nextRun === null)
    return { task: { ...after, status: 'completed' }, isPaused: false };
  if (failures < FAILURE_LIMIT) return { task: after, isPaused: false };
  return { task: { ...after, status: 'paused', nextRun: null }, isPaused: true };
}

/** To be called inside the write that ends the turn. */
export function endRun(
  store: Store,
  turn: Turn,
  run: number,
  {
    outcome,
    code,
    now,
    language,
  }: { outcome: TurnOutcome; code: string | null; now: number; language: Language },
): void {
  const result = store.outbox.bodiesOf(turn.id).at(-1)?.slice(0, RESULT_SHOWN) ?? null;
  const end: RunEnd = { status: STATUS_OF[outcome], result, code };
  const durationMs = Math.max(0, now - (store.turns.startedAt(turn.id) ?? now));
  store.tasks.endRun(run, { status: end.status, durationMs, result, error: code });
  const task = store.tasks.ofRun(run);
  if (!task) return;
  const after = afterRun(task, end);
  store.tasks.save(after.task);
  if (!after.isPaused) return;
  const ordinal = store.outbox.lastOrdinal(turn.id) + 1;
  const { id: turnId, jid, thread } = turn;
  const body = pausedNotice(after.task, code, language);
  store.outbox.add({ key: replyKey(turnId, ordinal), turnId, ordinal, jid, thread, body }, now);
}

/** To be called inside a write. */
export function cancelTask(store: Store, task: TaskRecord, reason: string): void {
  store.tasks.dropQueued(task.id, reason);
  store.tasks.save({ ...task, status: 'cancelled', nextRun: null });
}

const STATUS_OF: Record<TurnOutcome, RunEnd['status']> = {
  answered: 'success',
  failed: 'failed',
  stopped: 'stopped',
};
