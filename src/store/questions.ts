/** Questions on record: what is still to be answered, and who asks. */
import type { Db } from './open.ts';

/** `id` is its message's on the platform. */
export type Question = { id: string; thread: string | null };

/** More than anybody waits for; a chat with more is in a storm. */
const MOST_UNANSWERED = 200;

/** The last message of a chat that a finished turn has taken. */
const cursorOf = (jid: string) =>
  `coalesce((SELECT CAST(value AS INTEGER) FROM router_state WHERE key = 'cursor:' || ${jid}), 0)`;

export class Questions {
  readonly #oldestUnanswered;
  readonly #waiting;
  readonly #unanswered;
  readonly #count;
  readonly #botsInARow;

  constructor(db: Db) {
    // CROSS JOIN holds the order: begun with `messages`, this would look at every mention ever stored. Small tables alone
    // are read while all is answered, however long the history.
    const unanswered = `FROM registered_groups g
         CROSS JOIN last_questions q ON q.chat_jid = g.jid AND q.seq > ${cursorOf('g.jid')}
         CROSS JOIN messages m ON m.chat_jid = g.jid AND m.asks = 1 AND m.seq > ${cursorOf('g.jid')}`;
    this.#oldestUnanswered = db.prepare<[], string | null>(`SELECT min(m.timestamp) ${unanswered}`).pluck();
    this.#waiting = db.prepare<[], { folder: string; timestamp: string }>(
      `SELECT g.folder, min(m.timestamp) AS timestamp ${unanswered} GROUP BY g.folder`,
    );
    this.#unanswered = db.prepare<[{ jid: string }], Question>(
      `SELECT id, thread FROM messages WHERE chat_jid = @jid AND asks = 1 AND seq > ${cursorOf('@jid')}
       ORDER BY seq LIMIT ${MOST_UNANSWERED}`,
    );
    this.#count = db
      .prepare<[string, number], number>(
        'SELECT count(*) FROM messages WHERE chat_jid = ? AND seq > ? AND asks = 1',
      )
      .pluck();
    this.#botsInARow = db
      .prepare<[string, number], number>(
        'SELECT is_bot_message FROM messages WHERE chat_jid = ? AND asks = 1 ORDER BY seq DESC LIMIT ?',
      )
      .pluck();
  }

  /** The oldest ones of a chat that no turn has answered yet: those that wait, and those that are being worked on. */
  unanswered(jid: string): Question[] {
    // One that asks anew after an edit is the same message to its platform.
    return this.#unanswered.all({ jid }).map(({ id, thread }) => ({ id: id.replace(/\+.*$/, ''), thread }));
  }

  /** How many past `after` there are in a chat. */
  count(jid: string, after: number): number {
    return this.#count.get(jid, after) ?? 0;
  }

  /** How many of the latest ones came from bots without a person between them, `most` at most. */
  botsInARow(jid: string, most: number): number {
    const latest = this.#botsInARow.all(jid, most);
    const person = latest.indexOf(0);
    return person === -1 ? latest.length : person;
  }

  /** When the oldest unanswered one was written, wall-clock milliseconds; null when all are answered. */
  oldestUnansweredAt(): number | null {
    const timestamp = this.#oldestUnanswered.get();
    return timestamp ? Date.parse(timestamp) : null;
  }

  /** Groups with an unanswered one, and when the oldest of each was written, wall-clock milliseconds. */
  waiting(): { folder: string; at: number }[] {
    return this.#waiting.all().map(({ folder, timestamp }) => ({ folder, at: Date.parse(timestamp) }));
  }
}
