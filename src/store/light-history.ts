/**
 * Turns that the light model answered and that the group's session does not know of yet. Nobody's words are copied:
 * question and answer stay where they are on record. All changes are to be made inside a write.
 */
import type { Db } from './open.ts';

/** One of these turns: the messages `fromSeq…uptoSeq` of a chat, and what was said to them. */
export type LightTurn = { jid: string; fromSeq: number; uptoSeq: number; answer: string };

/** The newest of a group's that are kept; a prompt has no room for more. */
const MOST_KEPT = 100;

export class LightHistory {
  readonly #note;
  readonly #trim;
  readonly #untold;
  readonly #clear;

  constructor(db: Db) {
    this.#note = db.prepare<[string, string, number]>(
      'INSERT INTO light_history (group_folder, turn_id, answered_at) VALUES (?, ?, ?)',
    );
    this.#trim = db.prepare<[{ folder: string }]>(
      `DELETE FROM light_history WHERE group_folder = @folder AND seq <= (
         SELECT seq FROM light_history WHERE group_folder = @folder ORDER BY seq DESC LIMIT 1 OFFSET ${MOST_KEPT})`,
    );
    this.#untold = db.prepare<[string], LightTurn>(
      `SELECT t.chat_jid AS jid, t.from_seq AS fromSeq, t.upto_seq AS uptoSeq, coalesce(o.body, '') AS answer
       FROM light_history h JOIN turns t ON t.id = h.turn_id
       LEFT JOIN outbox o ON o.turn_id = h.turn_id AND o.ordinal = 1
       WHERE h.group_folder = ? ORDER BY h.seq`,
    );
    this.#clear = db.prepare('DELETE FROM light_history WHERE group_folder = ?');
  }

  /** @param now wall clock, milliseconds */
  note(folder: string, turnId: string, now: number): void {
    this.#note.run(folder, turnId, now);
    this.#trim.run({ folder });
  }

  /** Oldest first. */
  untold(folder: string): LightTurn[] {
    return this.#untold.all(folder);
  }

  /** The group's session knows them, or there is a new one that need not. */
  clear(folder: string): void {
    this.#clear.run(folder);
  }
}
