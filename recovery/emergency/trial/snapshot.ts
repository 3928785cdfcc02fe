/**
 * What the live installation is before a fix is tried, and the way back to it: the files the fix touches, `.env`, and
 * the database with its side files. Taken while the service is down, so the copies are consistent.
 *
 * Invariant: the snapshot is whole on disk before anything is changed, and putting it back twice does no harm.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { HomePaths } from '../../../contracts/paths.ts';
import type { Change } from './difference.ts';

const itemSchema = z.object({
  /** The live file. */
  path: z.string(),
  /** Its copy in the snapshot; null when there was no such file. */
  kept: z.string().nullable(),
  part: z.enum(['code', 'settings', 'database']),
  /** The topmost folder on the way to it that was not there; null when all were. */
  newFolder: z.string().nullable().default(null),
});
export const snapshotSchema = z.array(itemSchema);
export type Snapshot = z.infer<typeof snapshotSchema>;
type SnapshotItem = Snapshot[number];

type Live = { paths: Pick<HomePaths, 'env' | 'database'>; installation: string };

/** @param folder of this trial, empty or not there yet @throws when the disk refuses */
export function takeSnapshot(
  { paths, installation }: Live,
  changes: readonly Change[],
  folder: string,
): Snapshot {
  mkdirSync(join(folder, 'before'), { recursive: true, mode: 0o700 });
  return itemsOf({ paths, installation }, changes).map(({ path, part }, index) => {
    if (!existsSync(path)) return { path, part, kept: null, newFolder: firstMissing(dirname(path)) };
    const kept = join(folder, 'before', String(index));
    replaceWith(kept, path);
    return { path, part, kept, newFolder: null };
  });
}

function firstMissing(folder: string): string | null {
  if (existsSync(folder)) return null;
  return firstMissing(dirname(folder)) ?? folder;
}

function itemsOf(
  { paths, installation }: Live,
  changes: readonly Change[],
): Pick<SnapshotItem, 'path' | 'part'>[] {
  const { env, database } = paths;
  return [
    ...changes.map(({ path }) => ({ path: join(installation, path), part: 'code' as const })),
    { path: env, part: 'settings' },
    ...['', '-wal', '-shm', '-journal'].map((end) => ({
      path: `${database}${end}`,
      part: 'database' as const,
    })),
  ];
}

/**
 * Puts everything back, byte for byte; what the trial made of it is kept in the trial's folder.
 * @param isDown whether nothing has the database open; otherwise it is left alone
 */
export function restoreSnapshot(snapshot: Snapshot, folder: string, isDown: boolean): void {
  const after = join(folder, 'after');
  mkdirSync(after, { recursive: true, mode: 0o700 });
  const items = snapshot
    .map((item, index) => ({ ...item, aside: join(after, String(index)) }))
    .filter(({ part }) => part !== 'database' || isDown);
  for (const { path, kept, part, aside } of items) {
    if (existsSync(path) && !existsSync(aside)) replaceWith(aside, path);
    if (part === 'code') rmSync(unfinished(path), { force: true });
    if (kept === null) rmSync(path, { force: true });
    else replaceWith(path, kept);
  }
  // Last: until then a new folder may hold what has to be kept aside.
  for (const { newFolder } of items)
    if (newFolder !== null) rmSync(newFolder, { recursive: true, force: true });
}

/** @throws when a folder of the live tree is a link: a fix never leaves the installation */
export function applyChanges(installation: string, changes: readonly Change[]): void {
  for (const { path, content } of changes) {
    refuseLinks(installation, path);
    const target = join(installation, path);
    if (content === null) rmSync(target, { force: true });
    else writeInPlace(target, content);
  }
}

/** A path of the live tree leads through a link. */
export class LinkInTheWayError extends Error {
  readonly code = 'LINK_IN_THE_WAY';
}

function refuseLinks(installation: string, path: string): void {
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const part = parts.slice(0, length).join('/');
    if (lstatSync(join(installation, part), { throwIfNoEntry: false })?.isSymbolicLink())
      throw new LinkInTheWayError(`${part} of the installation is a link`);
  }
}

/** Owner and mode stay; a reader or a crash sees the old file or the new one. */
function writeInPlace(target: string, content: Buffer): void {
  const old = statSync(target, { throwIfNoEntry: false });
  mkdirSync(dirname(target), { recursive: true });
  const fresh = unfinished(target);
  writeFileSync(fresh, content, { mode: old?.mode ?? 0o644, flush: true });
  takeOver(fresh, old ?? statSync(dirname(target)), old?.mode);
  renameSync(fresh, target);
}

/** Where a file is written before it takes the target's place; a crash leaves it there. */
function unfinished(target: string): string {
  return `${target}.fix`;
}

function replaceWith(target: string, source: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.part`;
  copyFileSync(source, fresh);
  const { mode, ...owner } = statSync(source);
  takeOver(fresh, owner, mode);
  const fd = openSync(fresh, 'r');
  fsyncSync(fd);
  closeSync(fd);
  renameSync(fresh, target);
}

function takeOver(path: string, { uid, gid }: { uid: number; gid: number }, mode: number | undefined): void {
  const now = statSync(path);
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid);
  if (mode !== undefined) chmodSync(path, mode & 0o7777);
}
