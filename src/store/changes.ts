/** What becomes of messages that are on record: edits and deletions. All changes are to be made inside a write. */
import type { Db } from './open.ts';

/** What there is to know of one message before it is changed. */
export type KnownMessage = {
  seq: number;
  asks: number;
  editedAt: number | null;
  sender: string;
  fromBot: number;
};

/** A message is on record under its own id, and under `<id>+<time>` where it asks anew after an edit. */
const ALL_OF_IT = `chat_jid = @jid AND (id = @id OR (id >= @id || '+' AND id < @id || ','))`;

export class Changes {
  readonly #find;
  readonly #edit;
  readonly #withdraw;
  readonly #repeat;

  constructor(db: Db) {
    // `+seq` keeps it from walking through the whole chat for an id that is not there.
    this.#find = db.prepare<[{ jid: string; id: string }], KnownMessage>(
      `SELECT seq, asks, edited_at AS editedAt, sender, is_bot_message AS fromBot FROM messages
       WHERE ${ALL_OF_IT} AND is_command = 0 AND is_deleted = 0 ORDER BY +seq DESC LIMIT 1`,
    );
    this.#edit = db.prepare('UPDATE messages SET content = ?, asks = ?, edited_at = ? WHERE seq = ?');
    this.#withdraw = db.prepare(
      `UPDATE messages SET content = '', files = NULL, asks = 0, is_deleted = 1 WHERE ${ALL_OF_IT}`,
    );
    this.#repeat = db.prepare(
      `INSERT INTO messages (id, chat_jid, thread, sender, sender_name, content, timestamp, edited_at, asks, files)
       SELECT id || '+' || CAST(@at AS INTEGER), chat_jid, thread, sender, sender_name, @text, @timestamp, @at, 1, files FROM messages WHERE seq = @seq
       ON CONFLICT (chat_jid, id) DO NOTHING`,
    );
  }

  /** A message as it stands last: where it asks anew, that. */
  find(jid: string, id: string): KnownMessage | null {
    return this.#find.get({ jid, id }) ?? null;
  }

  /** @param at wall clock of the edit, milliseconds */
  edit(seq: number, text: string, asks: boolean, at: number): void {
    this.#edit.run(text, asks ? 1 : 0, at, seq);
  }

  /** The message as it is after an edit, once more at the end of its chat, where it asks. */
  repeat(seq: number, text: string, at: number): void {
    this.#repeat.run({ seq, text, at, timestamp: new Date(at).toISOString() });
  }

  /** Forgets what a deleted message said, where it stands again after an edit too. */
  withdraw(jid: string, id: string): void {
    this.#withdraw.run({ jid, id });
  }
}
