/** Checks the database and, when it is damaged, builds it anew from all that can be read; the damaged file is kept. */
import { cliRemedy } from './cli-outcome.ts';
import type { RemedyParts } from './parts.ts';

/** A million messages are checked in seconds and copied within a minute; a slow disk may take some. */
const LIMIT_MS = 10 * 60_000;

export function repairDatabase(parts: RemedyParts) {
  return cliRemedy(parts, { name: 'repair_database', limitMs: LIMIT_MS, args: ['db', 'repair'] });
}
