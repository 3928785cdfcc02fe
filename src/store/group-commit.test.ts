import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { CommitError, GroupCommit } from './group-commit.ts';
import type { Db } from './open.ts';

let db: Db;
let store: GroupCommit;
const insert = (value: number) => (on: Db) => on.prepare('INSERT INTO t VALUES (?)').run(value);
const values = () => db.prepare('SELECT v FROM t ORDER BY rowid').pluck().all();

beforeEach(() => {
  db = new Database(':memory:');
  db.exec('CREATE TABLE t (v INTEGER UNIQUE)');
  store = new GroupCommit(db);
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
    expect(store.lastError).toBeInstanceOf(CommitError);
    expect(values()).toEqual([]);
    await store.write(insert(5));
    expect(values()).toEqual([5]);
    expect(store.lastError).toBeNull();
  });
});
