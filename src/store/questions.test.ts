import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openStore } from './open.ts';
import { Questions } from './questions.ts';

const AT = '2026-01-01T00:00:00.000Z';

let folder = '';
let db: Db;
let questions: Questions;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'questions-'));
  db = openStore(join(folder, 'messages.db'));
  db.exec(`INSERT INTO chats VALUES ('C1', 'team', 'slack', 1, '${AT}');
    INSERT INTO registered_groups (jid, name, folder, added_at) VALUES ('C1', 'team', 'team', '${AT}');`);
  questions = new Questions(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function store(seq: number, asks: 0 | 1): void {
  db.exec(`INSERT INTO messages (seq, id, chat_jid, sender, sender_name, content, timestamp, asks)
    VALUES (${seq}, 'm${seq}', 'C1', 'U1', 'Kim', 'hi', '${AT}', ${asks})`);
}

function answerUpTo(seq: number): void {
  db.exec(`INSERT OR REPLACE INTO router_state VALUES ('cursor:C1', '${seq}')`);
}

const oldest = () => questions.oldestUnansweredAt();

it('is open from its row to the cursor past it', () => {
  expect(oldest()).toBeNull();
  store(1, 0);
  expect(oldest()).toBeNull();
  store(2, 1);
  expect(oldest()).toBe(Date.parse(AT));
  answerUpTo(2);
  expect(oldest()).toBeNull();
});

it('is known when an edit makes it one, behind a later one that was withdrawn too', () => {
  store(1, 0);
  store(2, 1);
  db.exec('UPDATE messages SET asks = 0 WHERE seq = 2');
  expect(oldest()).toBeNull();
  db.exec('UPDATE messages SET asks = 1 WHERE seq = 1');
  expect(oldest()).toBe(Date.parse(AT));
  answerUpTo(1);
  expect(oldest()).toBeNull();
});

it('is known in whatever order rows are put back', () => {
  store(5, 1);
  store(3, 1);
  answerUpTo(4);
  expect(oldest()).toBe(Date.parse(AT));
});

it('is known of a database from before there was a record of the last ones', () => {
  store(1, 1);
  db.exec(`DROP TRIGGER question_came; DROP TRIGGER question_made; DROP TABLE last_questions;
    PRAGMA user_version = ${(db.pragma('user_version', { simple: true }) as number) - 1}`);
  db.close();
  db = openStore(join(folder, 'messages.db'));
  expect(new Questions(db).oldestUnansweredAt()).toBe(Date.parse(AT));
});
