/** The local platform's own record of each chat, as a real platform would keep it. */
import type { LocalMessage } from '../../../contracts/local-chat.ts';
import type { Db } from '../../store/open.ts';

type Row = Omit<LocalMessage, 'answers'> & { answers: string };

/** Most messages that one read returns. */
const PAGE = 200;

export class LocalRecord {
  readonly #insert;
  readonly #after;
  readonly #byId;

  constructor(db: Db) {
    this.#insert = db.prepare(
      `INSERT INTO local_messages (chat, direction, id, answers, sender, text, at)
       VALUES (@chat, @direction, @id, @answers, @sender, @text, @at) ON CONFLICT (chat, direction, id) DO NOTHING`,
    );
    this.#after = db.prepare<[string, number], Row>(
      `SELECT seq, chat, direction, id, answers, sender, text, at FROM local_messages WHERE chat = ? AND seq > ? ORDER BY seq LIMIT ${PAGE}`,
    );
    this.#byId = db
      .prepare<[string, string, string], number>(
        'SELECT seq FROM local_messages WHERE chat = ? AND direction = ? AND id = ?',
      )
      .pluck();
  }

  /** Adds a message once; returns it with its place, and whether it is new. To be called inside a write. */
  add(message: Omit<LocalMessage, 'seq'>): { message: LocalMessage; isNew: boolean } {
    const result = this.#insert.run({ ...message, answers: JSON.stringify(message.answers) });
    const seq = this.#byId.get(message.chat, message.direction, message.id) ?? 0;
    return { message: { ...message, seq }, isNew: result.changes === 1 };
  }

  after(chat: string, seq: number): LocalMessage[] {
    return this.#after
      .all(chat, seq)
      .map((row) => ({ ...row, answers: JSON.parse(row.answers) as string[] }));
  }
}
