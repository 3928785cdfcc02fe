/**
 * The outbox: replies on their way. A row's key is the platform's idempotency key.
 *
 *   pending → sending → sent
 *                     → pending        (the platform said: later)
 *                     → unclear        (response lost, or we died while sending; sent again under the same key)
 *                     → undeliverable  (it can never succeed)
 */
import type { Db } from './open.ts';

/** A file to send; `path` is ours alone and does not change while the row is open. */
export type OutgoingFile = { name: string; path: string; bytes: number };

export type OutboxRow = {
  seq: number;
  key: string;
  turnId: string;
  jid: string;
  thread: string | null;
  body: string;
  /** What goes with it, out of the spool. */
  file: OutgoingFile | null;
  attempts: number;
  createdAt: number;
  /** Wall clock, milliseconds; null while it was never tried. */
  firstTryAt: number | null;
};

export type NewOutboxRow = {
  key: string;
  turnId: string;
  ordinal: number;
  jid: string;
  thread: string | null;
  body: string;
  file?: OutgoingFile;
};

/**
 * Whose ordinal it is: a turn's replies count from 1; 0 is what a tool sent, outside that count; below 0 are our own
 * words that its agent still works, −1, −2, … Those are no replies.
 */
const NO_REPLY = 'ordinal < 0';

/** Key of a turn's reply; also the idempotency key towards the platform (Discord takes 25 characters at most). */
export function replyKey(turnId: string, ordinal: number): string {
  return `${turnId}.${ordinal}`;
}

/** Replies of all chats among which the one before is looked for, so that their number costs nothing. */
const LOOKED_BACK = 2000;

export class Outbox {
  readonly #insert;
  readonly #next;
  readonly #chats;
  readonly #lastOrdinal;
  readonly #countFor;
  readonly #reassurances;
  readonly #lastWordAt;
  readonly #sending;
  readonly #settle;
  readonly #interrupted;
  readonly #counts;
  readonly #openFiles;
  readonly #bodiesOf;
  readonly #receiptBefore;

  constructor(db: Db) {
    this.#insert = db.prepare(
      `INSERT INTO outbox (key, turn_id, ordinal, chat_jid, thread, body, file, state, created_at)
       VALUES (@key, @turnId, @ordinal, @jid, @thread, @body, @file, 'pending', @now) ON CONFLICT (key) DO NOTHING`,
    );
    // Left to itself SQLite walks through all that was ever sent to the chat.
    this.#next = db.prepare<[string], Omit<OutboxRow, 'file'> & { file: string | null }>(
      `SELECT seq, key, turn_id AS turnId, chat_jid AS jid, thread, body, file, attempts, created_at AS createdAt,
       first_try_at AS firstTryAt FROM outbox INDEXED BY outbox_open
       WHERE chat_jid = ? AND state IN ('pending', 'sending', 'unclear') ORDER BY seq LIMIT 1`,
    );
    this.#chats = db
      .prepare<[], string>(
        `SELECT DISTINCT chat_jid FROM outbox WHERE state IN ('pending', 'sending', 'unclear')`,
      )
      .pluck();
    this.#lastOrdinal = db
      .prepare<[string], number>('SELECT max(0, coalesce(max(ordinal), 0)) FROM outbox WHERE turn_id = ?')
      .pluck();
    this.#countFor = db
      .prepare<[string], number>(`SELECT count(*) FROM outbox WHERE turn_id = ? AND NOT ${NO_REPLY}`)
      .pluck();
    this.#reassurances = db
      .prepare<[string], number>(`SELECT count(*) FROM outbox WHERE turn_id = ? AND ${NO_REPLY}`)
      .pluck();
    this.#lastWordAt = db
      .prepare<[string], number | null>('SELECT max(created_at) FROM outbox WHERE turn_id = ?')
      .pluck();
    this.#sending = db.prepare(
      `UPDATE outbox SET state = 'sending', attempts = attempts + 1, first_try_at = coalesce(first_try_at, ?) WHERE seq = ?`,
    );
    this.#settle = db.prepare(
      `UPDATE outbox SET state = ?, receipt = ?, reason = ?, sent_at = ? WHERE seq = ?`,
    );
    this.#interrupted = db.prepare(`UPDATE outbox SET state = 'unclear' WHERE state = 'sending'`);
    this.#counts = db.prepare<[], { state: string; count: number }>(
      `SELECT state, count(*) AS count FROM outbox WHERE state IN ('pending', 'sending', 'unclear') GROUP BY state`,
    );
    this.#bodiesOf = db
      .prepare<[string], string>(`SELECT body FROM outbox WHERE turn_id = ? AND NOT ${NO_REPLY} ORDER BY seq`)
      .pluck();
    this.#receiptBefore = db
      .prepare<[number, string], string | null>(
        `SELECT receipt FROM (SELECT * FROM outbox WHERE seq < ? ORDER BY seq DESC LIMIT ${LOOKED_BACK})
         WHERE chat_jid = ? AND state = 'sent' ORDER BY seq DESC LIMIT 1`,
      )
      .pluck();
    this.#openFiles = db
      .prepare<[], string>(
        `SELECT key FROM outbox WHERE file IS NOT NULL AND state IN ('pending', 'sending', 'unclear')`,
      )
      .pluck();
  }

  /**
   * Adds a reply; a second one under the same key changes nothing. To be called inside a write.
   */
  add(row: NewOutboxRow, now: number): void {
    this.#insert.run({ ...row, file: row.file ? JSON.stringify(row.file) : null, now });
  }

  /** The oldest reply of a chat that is not settled; chats never wait for each other. */
  next(jid: string): OutboxRow | null {
    const row = this.#next.get(jid);
    return row ? { ...row, file: row.file === null ? null : JSON.parse(row.file) } : null;
  }

  /** Receipt of the reply that was delivered last before this one in its chat; null when it is not among the latest. */
  receiptBefore({ seq, jid }: Pick<OutboxRow, 'seq' | 'jid'>): string | null {
    return this.#receiptBefore.get(seq, jid) ?? null;
  }

  /** Keys of the unsettled replies that have a file. */
  openFiles(): string[] {
    return this.#openFiles.all();
  }

  /** Chats with unsettled replies. */
  openChats(): string[] {
    return this.#chats.all();
  }

  /** Ordinal of a turn's last reply on record, 0 when it has none. */
  lastOrdinal(turnId: string): number {
    return this.#lastOrdinal.get(turnId) ?? 0;
  }

  /** What a turn has said so far, oldest first. */
  bodiesOf(turnId: string): string[] {
    return this.#bodiesOf.all(turnId);
  }

  /** How many replies a turn has on record, those sent by tools included. */
  countFor(turnId: string): number {
    return this.#countFor.get(turnId) ?? 0;
  }

  /** How often a chat was told that a turn is still worked on. */
  reassurances(turnId: string): number {
    return this.#reassurances.get(turnId) ?? 0;
  }

  /** When a turn's chat was last given anything of it, wall-clock milliseconds; null when it was not. */
  lastWordAt(turnId: string): number | null {
    return this.#lastWordAt.get(turnId) ?? null;
  }

  markSending(seq: number, now: number): void {
    this.#sending.run(now, seq);
  }

  settle(
    seq: number,
    state: 'sent' | 'pending' | 'unclear' | 'undeliverable',
    detail: { receipt?: string; reason?: string },
    now: number,
  ): void {
    this.#settle.run(
      state,
      detail.receipt ?? null,
      detail.reason ?? null,
      state === 'sent' ? now : null,
      seq,
    );
  }

  /** At start: what was being sent when a former process died may or may not have arrived. */
  markInterrupted(): void {
    this.#interrupted.run();
  }

  /** Unsettled replies by state. */
  counts(): Array<{ state: string; count: number }> {
    return this.#counts.all();
  }
}
