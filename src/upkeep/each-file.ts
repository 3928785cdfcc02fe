/**
 * Goes through the plain files right in one folder. Agents can write in some of these folders, so no link is followed
 * on the way: a file is named by the descriptor of the folder that was checked, whatever its name leads to by now.
 */
import type { Stats } from 'node:fs';
import { type FileHandle, lstat, readdir, realpath } from 'node:fs/promises';
import { openFolder, PathRefusedError } from '../files/beneath.ts';

export type FoundFile = { path: string; name: string; stats: Stats };

/**
 * @param root a folder whose own parents only the host can write
 * @param folder below it
 * @param act says whether it did anything
 * @returns for how many files it did; 0 where there is no such folder
 */
export async function eachFile(
  root: string,
  folder: string,
  act: (file: FoundFile) => Promise<boolean>,
): Promise<number> {
  const opened = await openBelow(root, folder);
  if (!opened) return 0;
  try {
    const place = `/proc/self/fd/${opened.fd}`;
    let count = 0;
    for (const name of await readdir(place)) {
      const path = `${place}/${name}`;
      const stats = await lstat(path).catch(ignoreAbsent);
      if (stats?.isFile() && (await act({ path, name, stats }))) count += 1;
    }
    return count;
  } finally {
    await opened.close();
  }
}

/** Names of the folders in a folder; none where there is none. Links are left out. */
export async function foldersIn(root: string, folder = '.'): Promise<string[]> {
  const opened = await openBelow(root, folder);
  if (!opened) return [];
  const entries = await readdir(`/proc/self/fd/${opened.fd}`, { withFileTypes: true }).finally(() =>
    opened.close(),
  );
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** The root itself may be a link that the operator has made, as to a larger disk. */
function openBelow(root: string, folder: string): Promise<FileHandle | null> {
  return realpath(root)
    .then((real) => openFolder(real, folder))
    .catch(ignoreAbsent);
}

/** Not there, gone meanwhile, or a link where the folder should be: nothing of ours. */
function ignoreAbsent(error: NodeJS.ErrnoException): null {
  if (error instanceof PathRefusedError || error.code === 'ENOENT') return null;
  throw error;
}
