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
  const list = columns.map((column) => `"${column}"`).join(', ');
  const from = `FROM "${table}" NOT INDEXED WHERE rowid > ? ORDER BY rowid`;
  const chunk = db.prepare(`SELECT rowid, ${list} ${from} LIMIT ?`).raw();
  const next = db.prepare(`SELECT rowid ${from} LIMIT 1`);
  const reaches = (after: number) => succeeds(() => next.get(after));
  let after = Number.MIN_SAFE_INTEGER;
  for (let size = CHUNK; ; ) {
    const rows = attempt(() => chunk.all(after, size) as unknown[][]);
    if (rows === null && size > 1) {
      size = 1;
      continue;
    }
    if (rows === null) {
      onDamage();
      const past = endOfDamage(Math.max(after, 0), reaches);
      if (past === null) return;
      after = past;
      continue;
    }
    if (rows.length === 0) return;
    for (const [rowid, ...values] of rows) yield { rowid: rowid as number, values };
    after = rows.at(-1)?.[0] as number;
    if (rows.length === size) size = CHUNK;
  }
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

function succeeds(read: () => unknown): boolean {
  return attempt(() => ({ value: read() })) !== null;
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
