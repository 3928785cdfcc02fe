/**
 * A fix that was kept, on disk, so that it can be tried again: `supervisor/fixes/<id>.json`.
 *
 * Invariants: its name is the digest of all it changes, so a file that was altered is no fix any more; it fits only the
 * very files it was made for.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { mayChange } from './allowed.ts';
import type { Change } from './difference.ts';

const storedSchema = z.array(
  z.object({
    path: z.string(),
    /** SHA-256 of what it replaces; null when there was no such file. */
    before: z.string().nullable(),
    /** Base64; null removes the file. */
    content: z.string().nullable(),
  }),
);
type Stored = z.infer<typeof storedSchema>;

/** A repair is a few lines in a bundle; more is not worth keeping, bytes. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** Digest of the live file at this path of the installation; null when there is none. */
export type DigestOf = (path: string) => string | null;

/** To be called before the changes are made. @returns null when it is too large to keep */
export function toStored(changes: readonly Change[], digestOf: DigestOf): Stored | null {
  const bytes = changes.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  if (bytes > LIMIT_BYTES) return null;
  return changes
    .map(({ path, content }) => ({
      path,
      before: digestOf(path),
      content: content?.toString('base64') ?? null,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @returns its name @throws when the disk refuses */
export function storeFix(pathOf: (id: string) => string, stored: Stored): string {
  const id = nameOf(stored);
  const path = pathOf(id);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(stored), { mode: 0o600, flush: true });
  return id;
}

/** Its changes, or null: it is gone, was altered, or does not fit what the live files are now. */
export function readFix(path: string, id: string, digestOf: DigestOf): Change[] | null {
  const stored = read(path);
  if (stored === null || nameOf(stored) !== id) return null;
  const fits = stored.every((item) => mayChange(item.path) && digestOf(item.path) === item.before);
  if (!fits) return null;
  return stored.map(({ path: changed, content }) => ({
    path: changed,
    content: content === null ? null : Buffer.from(content, 'base64'),
  }));
}

function read(path: string): Stored | null {
  try {
    return storedSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null; // removed, or torn
  }
}

function nameOf(stored: Stored): string {
  const facts = stored.map(({ path, before, content }) => [path, before, content]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}
