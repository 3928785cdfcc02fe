/** The inbound journal: what people wrote, in the order it came, each platform message at most once. */
import type { Db } from './open.ts';

/** A file that came with a message. Its content stays on the platform until a turn needs it. */
export type InboundFile = {
  /** What the channel finds it again by; opaque to all others, stored as it is, never a secret. */
  ref: string;
  name: string;
  /** Null when the platform does not say. */
  bytes: number | null;
};

/** A message as a channel hands it over. */
export type InboundMessage = {
  jid: string;
  channel: string;
  chatName: string;
  isGroup: boolean;
  /** The platform's id, unique in its chat. */
  id: string;
  thread: string | null;
  sender: string;
  senderName: string;
  text: string;
  /** The platform says that it calls us: a mention anywhere in the text, a direct chat, a reply to one of ours. */
  mentioned: boolean;
  /** Another bot wrote it. Our own messages are never handed over. */
  fromBot: boolean;
  files: readonly InboundFile[];
  /** Wall clock of the platform, milliseconds. */
  at: number;
};

export type StoredMessage = {
  seq: number;
  id: string;
  thread: string | null;
  senderName: string;
  content: string;
  timestamp: string;
  asks: number;
  files: readonly InboundFile[];
};

type StoredRow = Omit<StoredMessage, 'files'> & { files: string | null };

/** Key of the moment before which mentions ask nothing: what was said then was answered by a database that is lost. */
export const QUIET_BEFORE = 'quiet_before';

/** Messages before a question that are given along with it. */
const MOST_CONTEXT = 1000;

const COLUMNS = 'seq, id, thread, sender_name AS senderName, content, timestamp, asks, files';

export class Journal {
  readonly #touchChat;
  readonly #insert;
  readonly #range;
  readonly #firstAsking;
  readonly #newestId;
  readonly #state;
  readonly #activeThreads;
  readonly #advance;
  readonly #chats;
  readonly #contextStart;

  constructor(db: Db) {
    this.#touchChat = db.prepare(
      `INSERT INTO chats (jid, name, channel, is_group, last_message_time) VALUES (@jid, @chatName, @channel, @isGroup, @timestamp)
       ON CONFLICT (jid) DO UPDATE SET name = excluded.name, last_message_time = max(last_message_time, excluded.last_message_time)`,
    );
    this.#insert = db.prepare(
      `INSERT INTO messages (id, chat_jid, thread, sender, sender_name, content, timestamp, asks, is_command, is_bot_message, files)
       VALUES (@id, @jid, @thread, @sender, @senderName, @text, @timestamp, @asks, @isCommand, @isBot, @files)
       ON CONFLICT (chat_jid, id) DO NOTHING`,
    );
    this.#range = db.prepare<[string, number, number], StoredRow>(
      `SELECT ${COLUMNS} FROM messages WHERE chat_jid = ? AND seq > ? AND seq <= ? AND is_command = 0 AND is_deleted = 0
       ORDER BY seq`,
    );
    this.#contextStart = db
      .prepare<[string, number, number], number>(
        `SELECT seq FROM messages WHERE chat_jid = ? AND seq > ? AND seq <= ? AND is_command = 0 AND is_deleted = 0
         ORDER BY seq DESC LIMIT 1 OFFSET ${MOST_CONTEXT}`,
      )
      .pluck();
    this.#firstAsking = db
      .prepare<[string, number], number>(
        'SELECT seq FROM messages WHERE chat_jid = ? AND seq > ? AND asks = 1 ORDER BY seq LIMIT 1',
      )
      .pluck();
    this.#newestId = db
      .prepare<[string], string>(
        "SELECT id FROM messages WHERE chat_jid = ? AND instr(id, '+') = 0 ORDER BY seq DESC LIMIT 1",
      )
      .pluck();
    this.#state = db.prepare<[string], string>('SELECT value FROM router_state WHERE key = ?').pluck();
    this.#activeThreads = db
      .prepare<[string, string], string>(
        `SELECT thread FROM (SELECT seq, thread, timestamp FROM messages WHERE chat_jid = ? ORDER BY seq DESC LIMIT 2000)
         WHERE thread IS NOT NULL AND timestamp >= ? GROUP BY thread ORDER BY max(seq) DESC`,
      )
      .pluck();
    this.#advance = db.prepare(
      `INSERT INTO router_state (key, value) VALUES (?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)`,
    );
    this.#chats = db.prepare<[], { jid: string; name: string; isGroup: number }>(
      'SELECT jid, name, is_group AS isGroup FROM chats ORDER BY last_message_time DESC',
    );
  }

  /** Remembers that the chat exists, without any content. To be called inside a write. */
  touchChat(message: InboundMessage): void {
    this.#touchChat.run({
      ...message,
      isGroup: message.isGroup ? 1 : 0,
      timestamp: new Date(message.at).toISOString(),
    });
  }

  /** Stores a message; null when it is stored already. To be called inside a write, after `touchChat`. */
  append(message: InboundMessage, kind: { asks: boolean; isCommand: boolean }): number | null {
    const { id, jid, thread, sender, senderName, text, fromBot, files, at } = message;
    const row = {
      id,
      jid,
      thread,
      sender,
      senderName,
      text,
      timestamp: new Date(at).toISOString(),
      asks: kind.asks ? 1 : 0,
      isCommand: kind.isCommand ? 1 : 0,
      isBot: fromBot ? 1 : 0,
      files: files.length > 0 ? JSON.stringify(files) : null,
    };
    const result = this.#insert.run(row);
    return result.changes === 1 ? Number(result.lastInsertRowid) : null;
  }

  /** Messages of a chat with `after < seq <= upto`, in row order; commands and deleted ones are left out. */
  range(jid: string, after: number, upto = Number.MAX_SAFE_INTEGER): StoredMessage[] {
    return this.#range.all(jid, after, upto).map((row) => ({ ...row, files: JSON.parse(row.files ?? '[]') }));
  }

  /**
   * The messages past `after` that a question at `seq` is asked with: the latest before it, and all that came since. What
   * was said for months without calling the assistant is not read.
   */
  around(jid: string, after: number, seq: number): StoredMessage[] {
    return this.range(jid, (this.#contextStart.get(jid, after, seq) ?? after + 1) - 1);
  }

  /** The first message past `after` that asks the assistant; null when none does. */
  firstAsking(jid: string, after: number): number | null {
    return this.#firstAsking.get(jid, after) ?? null;
  }

  /** Every chat that was ever heard from, latest first. */
  chats(): { jid: string; name: string; isGroup: boolean }[] {
    return this.#chats.all().map((chat) => ({ ...chat, isGroup: chat.isGroup === 1 }));
  }

  /**
   * Platform id of the message of a chat that was stored last; null when there is none. What asks anew is no message
   * of the platform.
   */
  newestId(jid: string): string | null {
    return this.#newestId.get(jid) ?? null;
  }

  /**
   * Threads of a chat in which something was written since then (wall clock, milliseconds), the liveliest first. Of its
   * last 2,000 messages, so that a chat's age costs nothing.
   */
  activeThreads(jid: string, sinceMs: number): string[] {
    return this.#activeThreads.all(jid, new Date(sinceMs).toISOString());
  }

  /** The last message of a chat that a finished turn has taken. */
  cursor(jid: string): number {
    return Number(this.#state.get(`cursor:${jid}`) ?? 0);
  }

  /** Messages written before this moment, wall-clock milliseconds, ask nothing (src/upkeep/positions.ts). */
  quietBefore(): number {
    return Number(this.#state.get(QUIET_BEFORE) ?? 0);
  }

  /** Moves a chat's cursor, never backwards. To be called inside a write. */
  advance(jid: string, seq: number): void {
    this.#advance.run(`cursor:${jid}`, String(seq));
  }
}
