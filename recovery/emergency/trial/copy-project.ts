/**
 * Makes the copy that a session works on, and a list of what it was: the difference between the two is the fix. Only
 * plain files are copied; links, sockets and large files stay out.
 */
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { NOBODY } from '../sandbox/arguments.ts';
import { COPIED, isLeftOut } from './allowed.ts';

/** Sources and bundles are far smaller; a database that somebody left lying about is not. */
const FILE_LIMIT_BYTES = 16 * 1024 * 1024;

/** Path from the top → SHA-256 of the content. */
export const manifestSchema = z.record(z.string(), z.string());
export type Manifest = z.infer<typeof manifestSchema>;

export type CopyOrder = { from: string; to: string; uid: number };

/** @throws when the disk refuses */
export function copyProject({ from, to, uid }: CopyOrder): Manifest {
  const manifest: Manifest = {};
  makeFolder(to, uid);
  for (const path of COPIED.flatMap((name) => plainFiles(from, name))) {
    const target = join(to, path);
    makeParents(to, dirname(path), uid);
    copyFileSync(join(from, path), target);
    chmodSync(target, 0o644);
    if (uid === 0) chownSync(target, NOBODY, NOBODY);
    manifest[path] = digest(target);
  }
  return manifest;
}

/** Plain files at or below `path`, with slashes, in a stable order. A missing one is no error. */
export function plainFiles(top: string, path: string): string[] {
  if (isLeftOut(path)) return [];
  const entry = lstatSync(join(top, path), { throwIfNoEntry: false });
  if (entry?.isFile()) return entry.size <= FILE_LIMIT_BYTES ? [path] : [];
  if (!entry?.isDirectory()) return [];
  return readdirSync(join(top, path))
    .sort()
    .flatMap((name) => plainFiles(top, `${path}/${name}`));
}

export function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function makeParents(top: string, folder: string, uid: number): void {
  let path = top;
  for (const name of folder.split('/').filter((part) => part !== '.')) {
    path = join(path, name);
    makeFolder(path, uid);
  }
}

/** As root the session is another user; the copy is that user's. */
export function makeFolder(path: string, uid: number): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (uid === 0) chownSync(path, NOBODY, NOBODY);
}
