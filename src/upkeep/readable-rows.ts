/**
 * Reads all rows of a table that can still be read, in the order of their rowids. Where a page is damaged, the next
 * rowid past it is searched for: doubling steps, then the exact place by halving.
 */
import type Database from 'better-sqlite3';

/** Rows read at once; after a failure one by one, until it is clear where the damage begins. */
const CHUNK = 256;
/** Steps in search for the end of the damage grow to this; no table has more rows. */
const LONGEST_STEP = 2 ** 42;

export type Row = { rowid: number; values: unknown[] };

/**
 * @param columns names of columns that the table has
 * @param onDamage called once for each gap
 */
export function* readableRows(
  db: Database.Database,
  table: string,
  columns: readonly string[],
  onDamage: () => void,
): Generator<Row> {
  const { read, reaches } = reader(db, table, columns);
  let after = Number.MIN_SAFE_INTEGER;
  for (let size = CHUNK; ; ) {
    const rows = read(after, size);
    if (rows !== null) {
      if (rows.length === 0) return;
      yield* rows;
      after = rows.at(-1)?.rowid ?? after;
      size = CHUNK;
    } else if (size > 1) {
      size = 1; // row by row up to the damage
    } else {
      onDamage();
      const past = endOfDamage(Math.max(after, 0), reaches);
      if (past === null) return;
      after = past;
    }
  }
}

/** Both answer from behind a rowid on; null and false mean damage. */
function reader(db: Database.Database, table: string, columns: readonly string[]) {
  const list = columns.map((column) => `"${column}"`).join(', ');
  const from = `FROM "${table}" NOT INDEXED WHERE rowid > ? ORDER BY rowid`;
  const rows = db.prepare<[number, number], unknown[]>(`SELECT rowid, ${list} ${from} LIMIT ?`).raw();
  const next = db.prepare<[number]>(`SELECT rowid ${from} LIMIT 1`);
  return {
    read: (after: number, count: number): Row[] | null => {
      const found = attempt(() => rows.all(after, count));
      return found?.map(([rowid, ...values]) => ({ rowid: rowid as number, values })) ?? null;
    },
    reaches: (after: number): boolean => attempt(() => ({ row: next.get(after) })) !== null,
  };
}

/**
 * The smallest position behind `after` from which reading goes on; null when it never does.
 * @param reaches whether the first row past a position can be found; once true it stays true for a while
 */
export function endOfDamage(after: number, reaches: (position: number) => boolean): number | null {
  let bad = 0;
  let good = 1;
  while (!reaches(after + good)) {
    bad = good;
    good *= 2;
    if (good > LONGEST_STEP) return null;
  }
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (reaches(after + middle)) good = middle;
    else bad = middle;
  }
  return after + good;
}

/** Null when the pages are damaged. @throws every other error */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR') || code === 'SQLITE_NOTADB')
      return null;
    throw error;
  }
}
