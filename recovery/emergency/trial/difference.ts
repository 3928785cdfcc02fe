/**
 * What a session has changed in its copy, or why that may not be applied.
 *
 * Invariant: nothing is followed. Links and special files refuse the whole fix, and a file counts with the content
 * that was read once, whatever the session does to it afterwards.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mayChange } from './allowed.ts';
import type { Manifest } from './copy-project.ts';

/** A change of one file; `content` null removes it. */
export type Change = { path: string; content: Buffer | null };
export type Difference = { kind: 'changes'; changes: Change[] } | { kind: 'refused'; reason: string };

/** More than a repair, bytes and files. */
const TOTAL_LIMIT_BYTES = 16 * 1024 * 1024;
const FILES_LIMIT = 200;

/** Something in the copy is no plain file, or is too much. */
class UnfitError extends Error {
  readonly code = 'UNFIT_CHANGE';
}

export function findDifference(copy: string, manifest: Manifest): Difference {
  try {
    const changes = [...changedFiles(copy, manifest), ...removedFiles(copy, manifest)];
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

function changedFiles(copy: string, manifest: Manifest): Change[] {
  const changes: Change[] = [];
  let bytes = 0;
  for (const path of filesBelow(copy, '')) {
    const content = readOnce(join(copy, path), path);
    if (createHash('sha256').update(content).digest('hex') === manifest[path]) continue;
    bytes += content.length;
    changes.push({ path, content });
    if (bytes > TOTAL_LIMIT_BYTES || changes.length > FILES_LIMIT)
      throw new UnfitError('the change is too large to be a repair');
  }
  return changes;
}

function removedFiles(copy: string, manifest: Manifest): Change[] {
  return Object.keys(manifest)
    .filter((path) => lstatSync(join(copy, path), { throwIfNoEntry: false }) === undefined)
    .map((path) => ({ path, content: null }));
}

function* filesBelow(top: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    // The mount point of the installation's own packages; they are shown read-only and are no part of the copy.
    if (path === 'node_modules') continue;
    if (entry.isDirectory()) yield* filesBelow(top, path);
    else if (entry.isFile()) yield path;
    else throw new UnfitError(`${path} is a link or a special file`);
  }
}

/** The session may exchange a file at any moment: it is opened once, without following, and judged by its descriptor. */
function readOnce(path: string, shown: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, nlink } = fstatSync(fd);
    if (!fstatSync(fd).isFile() || nlink > 1) throw new UnfitError(`${shown} is a link or a special file`);
    if (size > TOTAL_LIMIT_BYTES) throw new UnfitError(`${shown} is too large`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}
