/** Puts the newest backup that passes its check in place of a damaged database, which is kept. */
import { cliRemedy } from './cli-outcome.ts';
import type { RemedyParts } from './parts.ts';

/** As long as a repair: the backup is checked, and what the damaged file still holds is added to it. */
const LIMIT_MS = 10 * 60_000;

export function restoreDatabase(parts: RemedyParts) {
  const args = ['restore', '--newest', '--if-damaged'];
  return cliRemedy(parts, { name: 'restore_database', limitMs: LIMIT_MS, args });
}
