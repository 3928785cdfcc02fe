/** Looks whether a database file can be used, without changing what it holds. */
import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';

export type Inspection =
  | { kind: 'absent' }
  | { kind: 'sound'; detail: string }
  | { kind: 'damaged'; detail: string }
  /** Another process holds its lock. */
  | { kind: 'locked' }
  /** Not the content but the access is wrong: rights, a full or failing disk. */
  | { kind: 'unusable'; detail: string };

/** A healthy writer lets go within milliseconds. */
const LOCK_WAIT_MS = 2000;

/** Reads the whole file; a million messages take some seconds. */
export function inspectDatabase(path: string): Inspection {
  if (!existsSync(path)) return { kind: 'absent' };
  // SQLite itself would take an emptied file for a new database.
  if (statSync(path).size === 0) return { kind: 'damaged', detail: 'the file is empty' };
  try {
    const db = new Database(path, { fileMustExist: true, timeout: LOCK_WAIT_MS });
    try {
      return look(db);
    } finally {
      db.close();
    }
  } catch (error) {
    return explain(error as Error & { code?: string });
  }
}

function look(db: Database.Database): Inspection {
  db.exec('BEGIN IMMEDIATE; ROLLBACK'); // tells whether somebody keeps writers out
  const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
  if (first?.integrity_check !== 'ok') {
    // The first of its lines only names the database.
    return { kind: 'damaged', detail: first?.integrity_check.split('\n').at(-1) ?? 'no answer to the check' };
  }
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get();
  if (tables === 0) return { kind: 'damaged', detail: 'it holds no tables' };
  return { kind: 'sound', detail: `${tables} tables, integrity check passed` };
}

function explain({ code = '', message }: Error & { code?: string }): Inspection {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return { kind: 'locked' };
  const isContent = code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR';
  return { kind: isContent ? 'damaged' : 'unusable', detail: message };
}
