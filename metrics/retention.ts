/** How long metric files are kept. Only the supervisor removes them; both processes write. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { dateOf, metricsFiles } from './read.ts';
import { fileNameAt } from './record.ts';

/** Days that are kept, today included. */
export const KEPT_DAYS = 14;
const DAY_MS = 86_400_000;

/** Those of the names that are older than what is kept. A file dated in the future stays: the clock may be wrong. */
export function expiredFiles(names: readonly string[], now: number): string[] {
  // Noon, so that a day of 23 or 25 hours changes nothing.
  const noon = new Date(now).setHours(12, 0, 0, 0);
  const oldest = fileNameAt(noon - (KEPT_DAYS - 1) * DAY_MS);
  return names.filter((name) => dateOf(name) !== null && name < oldest);
}

/** @returns names of the removed files; one that cannot be removed is left for the next time */
export async function removeExpired(folder: string, now: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of expiredFiles(await metricsFiles(folder), now)) {
    const gone = await unlink(join(folder, name)).then(
      () => true,
      () => false, // read-only folder or taken away by somebody else
    );
    if (gone) removed.push(name);
  }
  return removed;
}
