import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MIGRATIONS } from './migrations.ts';
import { openStore } from './open.ts';
import { createStore } from './store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database as the first version left it: a chat, a question, a turn in the middle, a reply on its way. */
function writeFirstVersion(path: string): void {
  const db = new Database(path);
  db.exec(MIGRATIONS[0] ?? '');
  db.pragma('user_version = 1');
  db.exec(`
    INSERT INTO chats VALUES ('C1', 'team', 'slack', 1, '2026-01-01T00:00:00.000Z');
    INSERT INTO registered_groups (jid, name, folder, added_at) VALUES ('C1', 'team', 'team', '2026-01-01T00:00:00.000Z');
    INSERT INTO messages (id, chat_jid, sender, sender_name, content, timestamp, asks)
      VALUES ('m1', 'C1', 'U1', 'Kim', 'hi', '2026-01-01T00:00:00.000Z', 1);
    INSERT INTO turns (id, group_folder, chat_jid, state, from_seq, upto_seq, started_at)
      VALUES ('t1', 'team', 'C1', 'running', 1, 1, 0);
    INSERT INTO outbox (key, turn_id, ordinal, chat_jid, body, state, created_at) VALUES ('t1.1', 't1', 1, 'C1', 'yo', 'pending', 0);
  `);
  db.close();
}

it('keeps everything of the first version', () => {
  const path = join(folder, 'messages.db');
  writeFirstVersion(path);
  const store = createStore(path);
  expect(store.turns.runningIn('team')).toMatchObject({ id: 't1', jid: 'C1', stop: null });
  expect(store.outbox.next('C1')).toMatchObject({ key: 't1.1', file: null });
  expect(store.journal.range('C1', 0)).toMatchObject([{ id: 'm1', asks: 1, files: [] }]);
  expect(store.groups.all()).toMatchObject([{ jid: 'C1', senders: null, bots: 'ignore' }]);
  store.close();
});

it('leaves references between tables whole and guarded', () => {
  const path = join(folder, 'messages.db');
  writeFirstVersion(path);
  const db = openStore(path);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  const add =
    "INSERT INTO outbox (key, turn_id, ordinal, chat_jid, body, state, created_at) VALUES ('x', 'none', 1, 'C1', '', 'pending', 0)";
  expect(() => db.exec(add)).toThrow(/FOREIGN KEY/);
  expect(() => db.exec("UPDATE turns SET state = 'lost'")).toThrow(/CHECK/);
  db.close();
});

it('counts tool calls from before as made at the time of the change, so that none is forgotten at once', () => {
  const path = join(folder, 'messages.db');
  writeFirstVersion(path);
  const first = new Database(path);
  first.exec("INSERT INTO tool_calls VALUES ('team', 's1', 'toolu_1', 'true')");
  first.close();
  const store = createStore(path);
  const at = store.db.prepare('SELECT created_at FROM tool_calls').pluck().get() as number;
  expect(Date.now() - at).toBeLessThan(60_000);
  expect(store.turns.runningIn('team')).toMatchObject({ task: null });
  store.close();
});

it('makes the same tables from nothing as from the first version', () => {
  const [old, fresh] = [join(folder, 'old.db'), join(folder, 'fresh.db')];
  writeFirstVersion(old);
  const schema = (path: string) => {
    const db = openStore(path);
    const rows = db
      .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all();
    db.close();
    return rows;
  };
  expect(schema(old)).toEqual(schema(fresh));
});
