/**
 * Makes the copy that a session works on, and a list of what it was: the difference between the two is the fix. Only
 * plain files are copied; links, sockets and large files stay out.
 */
import { chownSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { NOBODY } from '../sandbox/arguments.ts';
import { COPIED, isLeftOut } from './allowed.ts';
import { FileReader } from './file-reader.ts';

/** Sources and bundles are far smaller; a database that somebody left lying about is not. */
const FILE_LIMIT_BYTES = 16 * 1024 * 1024;

/** Path from the top → SHA-256 of the content. */
export const manifestSchema = z.record(z.string(), z.string());
export type Manifest = z.infer<typeof manifestSchema>;

export type CopyOrder = { from: string; to: string; uid: number };

/** Files copied in one go, some milliseconds; then whatever else waits in this process has its turn. */
const AT_ONCE = 20;

/** @throws when the disk refuses */
export async function copyProject({ from, to, uid }: CopyOrder): Promise<Manifest> {
  const manifest: Manifest = {};
  const made = new Set<string>();
  const reader = new FileReader();
  makeFolder(to, uid);
  const files = COPIED.flatMap((name) => plainFiles(from, name));
  for (const [index, path] of files.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    makeParents({ to, uid, made }, dirname(path));
    const target = join(to, path);
    manifest[path] = copyFile(reader, join(from, path), target);
    if (uid === 0) chownSync(target, NOBODY, NOBODY);
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

/** @returns the digest of what was copied */
function copyFile(reader: FileReader, from: string, to: string): string {
  return withFile(from, 'r', (source) =>
    withFile(to, 'w', (target) => reader.digest(source, (part) => writeFileSync(target, part))),
  );
}

/** @param reader of many looks, so that they share its buffer */
export function digest(path: string, reader = new FileReader()): string {
  return withFile(path, 'r', (fd) => reader.digest(fd));
}

function withFile<T>(path: string, flags: 'r' | 'w', run: (fd: number) => T): T {
  const fd = openSync(path, flags, 0o644);
  try {
    return run(fd);
  } finally {
    closeSync(fd);
  }
}

function makeParents(
  { to, uid, made }: { to: string; uid: number; made: Set<string> },
  folder: string,
): void {
  if (made.has(folder)) return;
  made.add(folder);
  if (folder === '.') return;
  makeParents({ to, uid, made }, dirname(folder));
  makeFolder(join(to, folder), uid);
}

/** As root the session is another user; the copy is that user's. */
export function makeFolder(path: string, uid: number): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (uid === 0) chownSync(path, NOBODY, NOBODY);
}
