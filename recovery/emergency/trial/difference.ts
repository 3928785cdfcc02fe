/**
 * What a session has changed in its copy, or why that may not be applied.
 *
 * Invariant: nothing is followed. The session may exchange any file or folder at any moment, so each is opened below
 * the descriptor of its parent and judged by its own descriptor; what is applied is read once, whatever the look before
 * it found. Links and special files refuse the fix.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mayChange } from './allowed.ts';
import type { Manifest } from './copy-project.ts';
import { FileReader } from './file-reader.ts';

/** A change of one file; `content` null removes it. */
export type Change = { path: string; content: Buffer | null };
export type Difference = { kind: 'changes'; changes: Change[] } | { kind: 'refused'; reason: string };

/** More than a repair, bytes and files. */
const TOTAL_LIMIT_BYTES = 16 * 1024 * 1024;
const FILES_LIMIT = 200;
/** Files and folders beyond those that were copied: little enough to keep nobody waiting. */
const MORE_ENTRIES = 4000;
/** Folders in folders; ours are six deep. Each takes a descriptor and room on the stack while it is open. */
const DEPTH_LIMIT = 40;
/** The mount point of the installation's own packages: shown read-only, no part of the copy. */
const NOT_OURS = 'node_modules';

const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Something in the copy is no plain file, or is too much. */
class UnfitError extends Error {
  readonly code = 'UNFIT_CHANGE';
}

/** @param more entries that the copy may hold beyond its files and their folders */
export function findDifference(copy: string, manifest: Manifest, more = MORE_ENTRIES): Difference {
  try {
    const changes = compare(copy, manifest, more);
    const refused = changes.find(({ path }) => !mayChange(path));
    if (refused) return { kind: 'refused', reason: `${refused.path} is not yours to change` };
    if (changes.length === 0)
      return { kind: 'refused', reason: 'the copy is unchanged: there is nothing to try' };
    return { kind: 'changes', changes };
  } catch (error) {
    if (error instanceof UnfitError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

function compare(copy: string, manifest: Manifest, more: number): Change[] {
  const changes: Change[] = [];
  const missing = new Set(Object.keys(manifest));
  let bytes = 0;
  const reader = new FileReader();
  visit({ at: copy, shown: '', look: countLooks(2 * missing.size + more) }, (path, fd) => {
    missing.delete(path);
    if (reader.digest(fd) === manifest[path]) return;
    const content = readFileSync(fd);
    bytes += content.length;
    changes.push({ path, content });
    if (bytes > TOTAL_LIMIT_BYTES || changes.length > FILES_LIMIT)
      throw new UnfitError('the change is too large to be a repair');
  });
  return [...changes, ...[...missing].map((path) => ({ path, content: null }))];
}

/** `at`: where it is opened; `shown`: its path in the copy; `look`: called for each entry. */
type Visit = { at: string; shown: string; look: () => void };
/** The file is open during the call. */
type Take = (path: string, fd: number) => void;

/** @returns what throws when it was called too often */
function countLooks(most: number): () => void {
  let left = most;
  return () => {
    left -= 1;
    if (left < 0) throw new UnfitError('the copy holds too much to be looked through');
  };
}

function visit({ at, shown, look }: Visit, take: Take): void {
  look();
  const fd = open(at, shown);
  try {
    const info = fstatSync(fd);
    if (info.isDirectory()) return visitFolder(fd, { shown, look }, take);
    if (!info.isFile() || info.nlink > 1) throw new UnfitError(`${shown} is a link or a special file`);
    if (info.size > TOTAL_LIMIT_BYTES) throw new UnfitError(`${shown} is too large`);
    take(shown, fd);
  } finally {
    closeSync(fd);
  }
}

function visitFolder(fd: number, { shown, look }: Omit<Visit, 'at'>, take: Take): void {
  if (shown.split('/').length > DEPTH_LIMIT) throw new UnfitError(`${shown.slice(0, 100)}… is too deep`);
  const here = `/proc/self/fd/${fd}`;
  for (const name of readdirSync(here).sort()) {
    const path = shown === '' ? name : `${shown}/${name}`;
    if (path !== NOT_OURS) visit({ at: `${here}/${name}`, shown: path, look }, take);
  }
}

/** A link, a socket, or gone since the folder was read: nothing of that is a repair. */
function open(at: string, shown: string): number {
  try {
    return openSync(at, OPEN);
  } catch (cause) {
    throw new UnfitError(`${shown} is a link or a special file`, { cause });
  }
}
