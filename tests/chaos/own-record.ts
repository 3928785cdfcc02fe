/** What the service's own database says of unfinished or failed work. The judge goes by the platforms' records alone. */
import Database from 'better-sqlite3';

/** Replies that are still to be sent. */
export function countUnsent(database: string): number {
  return count(database, "outbox WHERE state NOT IN ('sent', 'undeliverable')");
}

/** Rows that must not be there when all is over. */
export function countLeftovers(database: string): Record<string, number> {
  return {
    unsent: countUnsent(database),
    running: count(database, "turns WHERE state = 'running'"),
    failed: count(database, "turns WHERE state = 'failed'"),
  };
}

function count(database: string, rows: string): number {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], number>(`SELECT count(*) FROM ${rows}`).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}
