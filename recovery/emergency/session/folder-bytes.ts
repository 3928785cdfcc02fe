/**
 * Bytes that a session's folder takes, links not followed. Each entry counts as a block at least: many small files fill
 * a disk like a few large ones.
 */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A session that writes more than this fills the disk; its copy is some 30 MB. */
export const ROOM_BYTES = 1024 ** 3;
/** Where no supervisor looks. More, so that one which does is the first to see it, and can say why it ended. */
export const UNWATCHED_BYTES = 2 * ROOM_BYTES;

/** Of most file systems; what an inode and its name take is within it. */
const BLOCK_BYTES = 4096;

/** @param enough where counting ends: a folder that holds this much is not walked any further */
export function folderBytes(folder: string, enough: number): number {
  const entries = entriesOf(folder);
  if (typeof entries === 'number') return entries;
  let bytes = 0;
  for (const entry of entries) {
    if (bytes > enough) break;
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? BLOCK_BYTES + folderBytes(path, enough - bytes) : sizeOf(path);
  }
  return bytes;
}

function sizeOf(path: string): number {
  try {
    return Math.max(BLOCK_BYTES, lstatSync(path).size);
  } catch (error) {
    return bytesOfUnseen(error);
  }
}

/** Of a folder that cannot be read no entries are known, and its own size says so. */
function entriesOf(folder: string): Dirent[] | number {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return bytesOfUnseen(error);
  }
}

/** What has just gone takes nothing. What is closed to us, or deeper than any path may be, is hidden there: too much. */
function bytesOfUnseen(error: unknown): number {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 0 : Number.POSITIVE_INFINITY;
}
