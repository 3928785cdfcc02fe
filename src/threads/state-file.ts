/** `data/threads-token-state.json`: the Threads token in use and how long it lasts. 0600, replaced whole. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { replaceFile } from '../files/replace-file.ts';

const schema = z.object({
  accessToken: z.string().min(1),
  /** Milliseconds since the epoch; null while nobody has told it. */
  expiresAt: z.number().nullable(),
  /** When this token came, milliseconds since the epoch. */
  lastRefreshAt: z.number(),
  /** Fingerprints of the tokens it came from: one of these in `.env` is older than ours, any other is newer. */
  replaced: z.array(z.string()).default([]),
});
export type ThreadsState = z.infer<typeof schema>;

/** Null when there is none, or none that can be read: `.env` then says what the token is. */
export function loadThreads(path: string): ThreadsState | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // none yet, or damaged
  }
}

/** @throws the file system's error */
export function saveThreads(path: string, state: ThreadsState): void {
  replaceFile(path, `${JSON.stringify(state, null, 2)}\n`);
}

export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
