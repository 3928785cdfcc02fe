/** Opens the database: WAL, `synchronous=FULL` so that what is committed survives power loss, schema brought up to date. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS } from './migrations.ts';

export type Db = Database.Database;

/** The database can't be used; the message says what to do. */
export class StoreOpenError extends Error {
  readonly code = 'STORE_OPEN';
}

/** How long a statement waits for another process's lock (a person's `sqlite3`, a backup), milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** @throws StoreOpenError when the file is unreadable, damaged, emptied, locked or of a newer version */
export function openStore(path: string): Db {
  try {
    mkdirSync(dirname(path), { recursive: true });
    refuseEmptied(path);
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // A table that others refer to can be made anew only while nobody looks; on again before anything else.
    db.pragma('foreign_keys = OFF');
    migrate(db);
    db.pragma('foreign_keys = ON');
    return db;
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw cause;
    throw new StoreOpenError(`store/messages.db can't be opened: ${(cause as Error).message}`, { cause });
  }
}

/** SQLite would take an emptied file for a new database, and everything would be forgotten without a word. */
function refuseEmptied(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size !== 0) return;
  throw new StoreOpenError(
    'store/messages.db is empty: nanoclaw restore --newest, or remove it to begin anew',
  );
}

/**
 * Moves what the write-ahead log holds into the database and empties it. Waits for no reader: where one is at work,
 * the rest is left for the next time. @returns what was done, in a few words
 */
export function checkpoint(db: Db): string {
  const patience = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  try {
    const [row] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
    return row.busy === 1 ? 'a reader was at work: the log could not be emptied' : 'the log is empty';
  } finally {
    db.pragma(`busy_timeout = ${patience}`);
  }
}

function migrate(db: Db): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw new StoreOpenError(
      `store/messages.db was written by a newer nanoclaw (schema ${version}): update nanoclaw or restore a backup`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}
