/** What folders hold and what the disk has left, asked of the system. */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import type { Size, Space } from './judge.ts';

/** The folder could not be measured at all. */
export class MeasureError extends Error {
  readonly code = 'DISK_MEASURE';
}

/** A million files take some ten seconds from a cold disk. */
const DEADLINE_MS = 120_000;

const KB = 1024;

/** @throws MeasureError when the file system does not answer */
export async function spaceOf(path: string): Promise<Space> {
  try {
    const { bavail, blocks, bsize, ffree, files } = await statfs(path);
    return { free: bavail * bsize, total: blocks * bsize, freeFiles: ffree, totalFiles: files };
  } catch (cause) {
    throw new MeasureError(`the free space of ${path} is not known`, { cause });
  }
}

/**
 * Blocks in use, so that sparse files and links count for what they take. `du` in a process of its own with low
 * priority: a tree of a million files must not stand in the way of a message.
 * @throws MeasureError
 */
export function sizeOf(folders: readonly string[]): Promise<Size> {
  const command = ['-n', '10', 'du', '-skx', '--', ...folders];
  const env = { PATH: '/usr/bin:/bin:/run/current-system/sw/bin', LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile('nice', command, { env, timeout: DEADLINE_MS }, (error, stdout, stderr) => {
      const sizes = [...stdout.matchAll(/^(\d+)\t/gm)].map(([, blocks]) => Number(blocks));
      // Exit code 1 also tells of files that went away meanwhile.
      if (sizes.length === 0 || error?.killed)
        return reject(new MeasureError('du told no size', { cause: error }));
      const bytes = sizes.reduce((sum, blocks) => sum + blocks, 0) * KB;
      resolve({ bytes, isWhole: !/cannot read directory|Permission denied/.test(stderr) });
    });
  });
}
