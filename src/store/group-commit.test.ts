import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { CommitError, GroupCommit } from './group-commit.ts';
import type { Db } from './open.ts';

let db: Db;
let store: GroupCommit;
const insert = (value: number) => (on: Db) => on.prepare('INSERT INTO t VALUES (?)').run(value);
const values = () => db.prepare('SELECT v FROM t ORDER BY rowid').pluck().all();

beforeEach(() => {
  db = new Database(':memory:');
  db.exec('CREATE TABLE t (v INTEGER UNIQUE)');
  store = new GroupCommit(db, new FakeClock());
});

describe('group commit', () => {
  it('stores all writes of one loop turn in one transaction, in order', async () => {
    const inOne: boolean[] = [];
    const note = (value: number) => (on: Db) => {
      inOne.push(on.inTransaction && values().length === value - 1);
      insert(value)(on);
    };
    await Promise.all([store.write(note(1)), store.write(note(2)), store.write(note(3))]);
    expect(values()).toEqual([1, 2, 3]);
    expect(inOne).toEqual([true, true, true]);
  });

  it('resolves with the result of the write', async () => {
    await expect(store.write(() => 42)).resolves.toBe(42);
  });

  it('undoes and rejects only the write that throws', async () => {
    const results = await Promise.allSettled([
      store.write(insert(1)),
      store.write(insert(1)),
      store.write(insert(2)),
    ]);
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(values()).toEqual([1, 2]);
  });

  it('rejects every write of a group whose commit fails, stores nothing, and works again after', async () => {
    db.exec(
      'PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id REFERENCES p DEFERRABLE INITIALLY DEFERRED)',
    );
    const orphan = store.write((on) => on.prepare('INSERT INTO c VALUES (9)').run());
    const results = await Promise.allSettled([store.write(insert(1)), orphan]);
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected']);
    expect(store.trouble()).toContain('a write to store/messages.db failed');
    expect(values()).toEqual([]);
    await store.write(insert(5));
    expect(values()).toEqual([5]);
    expect(store.trouble()).toBeNull();
  });

  it('is in no trouble while a write is being done: a command asks in the middle of its own', async () => {
    await expect(store.write(() => store.trouble())).resolves.toBeNull();
  });
});

describe('while another program holds the database', () => {
  let other: Db;
  let clock: FakeClock;

  beforeEach(() => {
    const path = join(mkdtempSync(join(tmpdir(), 'nanoclaw-lock-')), 'messages.db');
    db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE t (v INTEGER UNIQUE)');
    clock = new FakeClock();
    store = new GroupCommit(db, clock);
    other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
  });

  /** Lets time pass in the steps in which the store asks again. */
  async function wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(50);
      await settle();
    }
  }

  it('a write waits without holding up anything else, and is stored in its order when it lets go', async () => {
    const written = Promise.all([store.write(insert(1)), settle().then(() => store.write(insert(2)))]);
    await wait(3000);
    expect(values()).toEqual([]);
    other.exec('ROLLBACK');
    await wait(50);
    await written;
    expect(values()).toEqual([1, 2]);
  });

  it('a write that has waited for five seconds fails, and only that one', async () => {
    const first = store.write(insert(1));
    const failed = expect(first).rejects.toBeInstanceOf(CommitError);
    await wait(4000);
    const second = store.write(insert(2));
    await wait(1100);
    await failed;
    other.exec('ROLLBACK');
    await wait(50);
    await second;
    expect(values()).toEqual([2]);
  });

  it('the store says so without a single write, at once after a start and else after ten seconds', () => {
    expect(store.trouble()).toContain('another program holds');
    other.exec('ROLLBACK');
    expect(store.trouble()).toBeNull();
    other.exec('BEGIN IMMEDIATE');
    clock.advance(9000);
    expect(store.trouble()).toBeNull();
    clock.advance(1000);
    expect(store.trouble()).toContain('another program holds');
  });

  it('what failed for it is forgotten when it lets go, without a write', async () => {
    const failed = expect(store.write(insert(1))).rejects.toThrow('locked');
    await wait(5100);
    await failed;
    other.exec('ROLLBACK');
    expect(store.trouble()).toBeNull();
  });
});
