/**
 * Removes old log files: of the installation, and of each group's agents. Agents can write in their group's folder, so
 * no link is followed there: what is removed is always a plain file right in a `logs` folder.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { HomePaths } from '../../contracts/paths.ts';
import { openFolder, PathRefusedError } from '../files/beneath.ts';

/** @param before files last written earlier than this go, wall-clock milliseconds */
export async function removeOldFiles(paths: HomePaths, before: number, signal: AbortSignal): Promise<string> {
  let removed = await removeIn(dirname(paths.logs), basename(paths.logs), before);
  for (const group of await foldersIn(paths.groups)) {
    signal.throwIfAborted();
    removed += await removeIn(paths.groups, `${group}/${basename(paths.groupLogs(group))}`, before);
  }
  return `${removed} files removed`;
}

async function removeIn(root: string, path: string, before: number): Promise<number> {
  const folder = await openFolder(root, path).catch(ignoreAbsent);
  if (!folder) return 0;
  try {
    // By its descriptor: the folder that was checked, whatever its name leads to by now.
    const place = `/proc/self/fd/${folder.fd}`;
    let removed = 0;
    for (const entry of await readdir(place, { withFileTypes: true })) {
      if (await isOld(`${place}/${entry.name}`, entry, before)) {
        await unlink(`${place}/${entry.name}`);
        removed += 1;
      }
    }
    return removed;
  } finally {
    await folder.close();
  }
}

async function isOld(file: string, entry: Dirent, before: number): Promise<boolean> {
  return entry.isFile() && (await lstat(file)).mtimeMs < before;
}

async function foldersIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []); // no group has ever run here
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** No logs yet, or a link where the folder should be: nothing of ours to remove. */
function ignoreAbsent(error: NodeJS.ErrnoException): null {
  if (error instanceof PathRefusedError || error.code === 'ENOENT') return null;
  throw error;
}
