/** Copies what can be read of a damaged database into a sound one that has the present schema. */
import Database from 'better-sqlite3';
import type { Db } from '../store/open.ts';
import { readableRows } from './readable-rows.ts';

/** How it went, a table. */
export type Salvaged = {
  table: string;
  rows: number;
  /** Some rows, or the whole table, could not be read. */
  damaged: boolean;
};

/**
 * Rows of these never change once they are written: one that is there already is the better one. Of all other tables
 * the damaged file holds the newer state.
 */
const WRITTEN_ONCE = new Set(['messages', 'local_messages', 'tool_calls', 'task_run_logs']);

/** Never throws because of damage: a file of which nothing can be read gives tables without rows. */
export function salvage(damagedPath: string, into: Db): Salvaged[] {
  const tables = into
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
    )
    .pluck()
    .all();
  const source = openDamaged(damagedPath);
  if (source === null) return tables.map((table) => ({ table, rows: 0, damaged: true }));
  into.pragma('foreign_keys = OFF'); // a parent may be among the rows that are lost
  try {
    return tables.map((table) => into.transaction(() => copyTable(source, into, table))());
  } finally {
    into.pragma('foreign_keys = ON');
    source.close();
  }
}

/** Null when it can't even be opened. */
function openDamaged(path: string): Db | null {
  try {
    const db = new Database(path, { fileMustExist: true });
    db.unsafeMode(true);
    db.pragma('writable_schema = ON'); // without this SQLite refuses a file that is shorter than it says
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    emptyLog(db);
    return db;
  } catch {
    return null; // the caller says that nothing could be read
  }
}

/** What was committed last may stand in the log alone, and the log won't stay beside the file. */
function emptyLog(db: Db): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Then it is read where it is.
  }
}

function copyTable(source: Db, into: Db, table: string): Salvaged {
  const columns = sharedColumns(source, into, table);
  const salvaged = { table, rows: 0, damaged: columns.length === 0 };
  if (columns.length === 0) return salvaged;
  const insert = into.prepare(
    `INSERT OR ${WRITTEN_ONCE.has(table) ? 'IGNORE' : 'REPLACE'} INTO "${table}" (${columns
      .map((column) => `"${column}"`)
      .join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const onDamage = () => {
    salvaged.damaged = true;
  };
  for (const { values } of readableRows(source, table, columns, onDamage)) {
    if (isTaken(() => insert.run(values))) salvaged.rows += 1;
    else salvaged.damaged = true;
  }
  return salvaged;
}

function sharedColumns(source: Db, into: Db, table: string): string[] {
  const names = (db: Db) =>
    (db.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name);
  try {
    const there = new Set(names(source));
    return names(into).filter((name) => there.has(name));
  } catch {
    return []; // the schema itself is damaged: this table is lost
  }
}

/** False for a row that holds what the schema forbids: it is damaged although its page looks right. */
function isTaken(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_CONSTRAINT')) return false;
    throw error;
  }
}
