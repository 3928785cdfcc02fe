/** Free room where we write: the home, the folder for temporary files, and where the engine keeps its images. */
import { statfs } from 'node:fs/promises';
import type { Probe, Sighting } from './codes.ts';

const INTERVAL_MS = 30_000;
/**
 * Low: half a day of messages, logs and an image layer; below it nothing may be built any more. Full: SQLite's log
 * and the agents' temporary files fail within minutes. A small disk is judged by its share instead.
 */
const LINES = [
  { code: 'disk_low', bytes: 512 * 2 ** 20, share: 0.05 },
  { code: 'disk_full', bytes: 64 * 2 ** 20, share: 0.01 },
] as const;
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
  const crossed = new Set<string>();
  return {
    name: 'disk',
    intervalMs: INTERVAL_MS,
    async look(signal) {
      const looks = Object.entries(await folders(signal)).map(async ([role, path]) => {
        const found = path === null ? null : await room(path);
        return found === null ? [] : LINES.map((line) => judge(role, found, line, crossed));
      });
      return (await Promise.all(looks)).flat();
    },
  };
}

/** @param crossed lines below which a folder was at the last look */
function judge(
  role: string,
  { freeBytes, totalBytes }: Room,
  { code, bytes, share }: (typeof LINES)[number],
  crossed: Set<string>,
): Sighting {
  const key = `${code} ${role}`;
  const isBelow = freeBytes < Math.min(bytes, totalBytes * share) * (crossed.has(key) ? WELL_FACTOR : 1);
  if (isBelow) crossed.add(key);
  else crossed.delete(key);
  const free = `${Math.floor(freeBytes / 2 ** 20)} MiB free of ${Math.floor(totalBytes / 2 ** 20)} MiB`;
  return { code, target: role, state: isBelow ? 'bad' : 'good', detail: `${role}: ${free}` };
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
