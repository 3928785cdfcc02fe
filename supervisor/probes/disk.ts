/** Free room where we write: the home, the folder for temporary files, and where the engine keeps its images. */
import { statfs } from 'node:fs/promises';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 30_000;
/** Half a day of messages, logs and an image layer; below it nothing may be built any more. */
const LOW_BYTES = 512 * 2 ** 20;
/** A small disk is judged by its share instead. */
const LOW_SHARE = 0.05;
/** It is well again only clearly above the line: a line that is crossed to and fro is no news. */
const WELL_FACTOR = 1.2;

export type Room = { freeBytes: number; totalBytes: number };

export type DiskParts = {
  /** Role → folder; null while it is not known. */
  folders(signal: AbortSignal): Promise<Record<string, string | null>>;
  /** Null when there is no such folder. */
  room(path: string): Promise<Room | null>;
};

export function diskProbe({ folders, room }: DiskParts): Probe {
  const low = new Set<string>();
  return {
    name: 'disk',
    intervalMs: INTERVAL_MS,
    async look(signal) {
      const looks = Object.entries(await folders(signal)).map(async ([role, path]) => {
        const found = path === null ? null : await room(path);
        return found === null ? [] : [judge(role, found, low)];
      });
      return (await Promise.all(looks)).flat();
    },
  };
}

function judge(role: string, { freeBytes, totalBytes }: Room, low: Set<string>): Sighting {
  const line = Math.min(LOW_BYTES, totalBytes * LOW_SHARE) * (low.has(role) ? WELL_FACTOR : 1);
  const isLow = freeBytes < line;
  if (isLow) low.add(role);
  else low.delete(role);
  const free = `${Math.floor(freeBytes / 2 ** 20)} MiB free of ${Math.floor(totalBytes / 2 ** 20)} MiB`;
  return { code: 'disk_low', target: role, state: isLow ? 'bad' : 'ok', detail: `${role}: ${free}` };
}

/** Of the file system a folder lies on, as a process without privileges sees it. */
export async function roomOf(path: string): Promise<Room | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null; // no such folder, or closed to us: other probes say so where it matters
  }
}
