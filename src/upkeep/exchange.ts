/**
 * Puts a new database file in the place of the present one, which is kept beside it.
 *
 * Invariant: there is a database under the name at every moment, and never a write-ahead log that belongs to another
 * one, since SQLite would replay it.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * @param fresh a closed database without a log of its own, in the same folder
 * @param kept new name of the present one
 */
export function exchangeDatabase(path: string, fresh: string, kept: string): void {
  if (existsSync(path)) linkSync(path, kept);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${kept}-wal`);
  rmSync(`${path}-shm`, { force: true });
  renameSync(fresh, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
