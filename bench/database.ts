/** A store with a history: chats, messages, a turn and a delivered reply for each mention; all of it answered. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Db, openStore } from '../src/store/open.ts';
import type { BenchContext } from './bench.ts';

export const GROUPS = 100;
/** Every tenth message is a mention. */
const MENTION_EVERY = 10;
const TEXT = 'a message of ordinary length, such as people write to each other in a chat all day long';

/** Puts a store with 100 groups and so many messages into a home; generated once a run, copied after that. */
export function placeDatabase(context: BenchContext, messages: number, path: string): void {
  const original = join(context.folder, `${messages}.db`);
  if (!existsSync(original)) generate(original, messages);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(original, path);
}

/** The chat of group `index`, from 0; its jid is `local:<chat>`. */
export function chatName(index: number): string {
  return `g${index}`;
}

function generate(path: string, messages: number): void {
  const db = openStore(path);
  db.pragma('synchronous = OFF');
  db.transaction(() => fill(db, messages))();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function fill(db: Db, messages: number): void {
  const at = new Date(1_700_000_000_000).toISOString();
  const group = db.prepare(
    `INSERT INTO registered_groups (jid, name, folder, added_at) VALUES (?, ?, ?, '${at}')`,
  );
  const chat = db.prepare(`INSERT INTO chats VALUES (?, ?, 'local', 0, '${at}')`);
  const message = db.prepare(
    `INSERT INTO messages (id, chat_jid, sender, sender_name, content, timestamp, asks) VALUES (?, ?, 'u', 'u', '${TEXT}', '${at}', ?)`,
  );
  const turn = db.prepare(
    `INSERT INTO turns (id, group_folder, chat_jid, state, from_seq, upto_seq, attempts, started_at) VALUES (?, ?, ?, 'answered', ?, ?, 1, 0)`,
  );
  const reply = db.prepare(
    `INSERT INTO outbox (key, turn_id, ordinal, chat_jid, body, state, created_at) VALUES (?, ?, 1, ?, '${TEXT}', 'sent', 0)`,
  );
  const cursor = db.prepare('INSERT INTO router_state VALUES (?, ?)');
  for (let index = 0; index < GROUPS; index += 1) {
    group.run(`local:${chatName(index)}`, chatName(index), chatName(index));
    chat.run(`local:${chatName(index)}`, chatName(index));
    cursor.run(`cursor:local:${chatName(index)}`, String(messages));
  }
  for (let seq = 1; seq <= messages; seq += 1) {
    const name = chatName(Math.floor(seq / MENTION_EVERY) % GROUPS);
    const jid = `local:${name}`;
    const asks = seq % MENTION_EVERY === 0;
    message.run(`m${seq}`, jid, asks ? 1 : 0);
    if (!asks) continue;
    turn.run(`t${seq}`, name, jid, seq, seq);
    reply.run(`t${seq}.1`, `t${seq}`, jid);
  }
}
