/** The token of the page's API: the configured one, else one made once and kept in a file of mode 0600. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { replaceFile } from '../store/durable.ts';

/** A token that cannot be kept is still good for this run. */
export function apiToken(configured: string | null, path: string): { token: string; problem: string | null } {
  if (configured !== null) return { token: configured, problem: null };
  const kept = readToken(path);
  if (kept !== null) return { token: kept, problem: null };
  const token = randomBytes(24).toString('base64url');
  try {
    replaceFile(path, `${token}\n`);
    return { token, problem: null };
  } catch (error) {
    return { token, problem: `the API token could not be kept in ${path}: ${String(error)}` };
  }
}

function readToken(path: string): string | null {
  try {
    return /^[\w-]{16,}$/.exec(readFileSync(path, 'utf8').trim())?.[0] ?? null;
  } catch {
    return null; // none yet
  }
}
