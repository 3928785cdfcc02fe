/** What was said in a chat of late, by people and by us: for whoever has to judge a message by what came before it. */
import type { Db } from './open.ts';

export type Heard = {
  senderName: string;
  content: string;
  /** The platform's, ISO 8601. */
  timestamp: string;
};

export type Replied = {
  thread: string | null;
  body: string;
  /** Our wall clock, milliseconds. */
  at: number;
  /** An agent worked on the turn it belongs to; else the light model or a command answered. */
  byAgent: boolean;
};

export class Talk {
  readonly #heard;
  readonly #replied;
  readonly #agentIn;

  constructor(db: Db) {
    this.#heard = db.prepare<[string, number, number], Heard>(
      `SELECT sender_name AS senderName, content, timestamp FROM messages
       WHERE chat_jid = ? AND seq < ? AND is_command = 0 AND is_deleted = 0 ORDER BY seq DESC LIMIT ?`,
    );
    this.#replied = db.prepare<[string, number], Omit<Replied, 'byAgent'> & { byAgent: number }>(
      `SELECT o.thread, o.body, o.created_at AS at, t.attempts > 0 AS byAgent
       FROM outbox o JOIN turns t ON t.id = o.turn_id
       WHERE o.chat_jid = ? AND o.ordinal >= 0 ORDER BY o.seq DESC LIMIT ?`,
    );
    this.#agentIn = db
      .prepare<[string, string], number>(
        'SELECT 1 FROM turns WHERE chat_jid = ? AND thread = ? AND thread IS NOT NULL AND attempts > 0 LIMIT 1',
      )
      .pluck();
  }

  /** What people wrote before a message, oldest first; commands and deleted messages are left out. */
  heardBefore(jid: string, seq: number, most: number): Heard[] {
    return this.#heard.all(jid, seq, most).reverse();
  }

  /** What was answered or sent, whether it has been delivered or not, oldest first. */
  replied(jid: string, most: number): Replied[] {
    const rows = this.#replied.all(jid, most).reverse();
    return rows.map((row) => ({ ...row, byAgent: row.byAgent === 1 }));
  }

  /** Whether an agent has worked for this thread. */
  hasAgentIn(jid: string, thread: string): boolean {
    return this.#agentIn.get(jid, thread) !== undefined;
  }
}
