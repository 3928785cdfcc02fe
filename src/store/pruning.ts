/**
 * What is removed from the store in the end. Nothing unanswered and nothing unsent is ever among it: a question of a
 * chat that is not registered stays while no turn has taken it, and of the outbox only what was delivered goes. Of each
 * chat's turns the newest stays: from it a lost cursor is found again.
 */
import type { Db } from './open.ts';

/** Rows in one write: a few milliseconds, so that messages hardly wait. */
const ROWS_A_WRITE = 500;

const STATEMENTS = {
  messages: `DELETE FROM messages WHERE seq IN (
    SELECT m.seq FROM chats c CROSS JOIN messages m ON m.chat_jid = c.jid
    WHERE c.jid NOT IN (SELECT jid FROM registered_groups) AND m.timestamp < @before
      AND NOT (m.asks = 1 AND m.seq > coalesce(
        (SELECT CAST(value AS INTEGER) FROM router_state WHERE key = 'cursor:' || c.jid), 0))
    LIMIT ${ROWS_A_WRITE})`,
  outbox: `DELETE FROM outbox WHERE seq IN (
    SELECT o.seq FROM outbox o JOIN turns t ON t.id = o.turn_id
    WHERE o.state = 'sent' AND o.sent_at < @beforeMs AND t.state <> 'running' LIMIT ${ROWS_A_WRITE})`,
  light_history: `DELETE FROM light_history WHERE seq IN (
    SELECT seq FROM light_history WHERE answered_at < @beforeMs LIMIT ${ROWS_A_WRITE})`,
  turns: `DELETE FROM turns WHERE id IN (
    SELECT t.id FROM turns t WHERE t.state <> 'running' AND t.ended_at < @beforeMs
      AND (t.kind <> 'messages' OR t.upto_seq < (
        SELECT max(n.upto_seq) FROM turns n WHERE n.chat_jid = t.chat_jid AND n.state <> 'running'))
      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.turn_id = t.id)
      AND NOT EXISTS (SELECT 1 FROM light_history h WHERE h.turn_id = t.id)
    LIMIT ${ROWS_A_WRITE})`,
  tool_calls: `DELETE FROM tool_calls WHERE rowid IN (
    SELECT rowid FROM tool_calls WHERE created_at < @beforeMs LIMIT ${ROWS_A_WRITE})`,
  task_run_logs: `DELETE FROM task_run_logs WHERE id IN (
    SELECT id FROM task_run_logs WHERE run_at < @before AND status NOT IN ('queued', 'running') LIMIT ${ROWS_A_WRITE})`,
} as const;

export type PrunedTable = keyof typeof STATEMENTS;

/** @param before wall-clock milliseconds; what is older goes. To be called inside a write. @returns rows removed */
export function pruneSome(db: Db, table: PrunedTable, before: number): number {
  const limits = { before: new Date(before).toISOString(), beforeMs: before };
  return db.prepare(STATEMENTS[table]).run(limits).changes;
}
