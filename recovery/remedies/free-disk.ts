/**
 * Makes room: what is past its time goes first, then the engine's build cache, and only if the disk is still too full
 * all logs but the last day's. Everything removed can be made again or has served its time (disk-leftovers.ts).
 */
import { rmSync, statfsSync } from 'node:fs';
import { remedy } from './bounded.ts';
import { type Depth, leftovers, placesOf } from './disk-leftovers.ts';
import { done, failed, formatBytes, nothingToDo } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

/** Most of it is the engine's, which may remove gigabytes of small files. */
const LIMIT_MS = 5 * 60_000;
/** Enough for a day of messages, logs and one image layer; a disk of less than 10 times this counts by its tenth. */
const ENOUGH_BYTES = 512 * 2 ** 20;

export function freeDisk(parts: RemedyParts) {
  return remedy('free_disk', LIMIT_MS, async (_target, signal) => {
    const before = room(parts.paths.home);
    const expired = remove('expired', parts);
    const cache = await pruneCache(parts, signal);
    const more = isTight(parts.paths.home) ? remove('all_but_today', parts) : { count: 0, bytes: 0 };
    const count = expired.count + more.count;
    const bytes = expired.bytes + more.bytes;
    if (count === 0 && cache.bytes === 0) {
      const words = `there is nothing of ours to remove; ${formatBytes(before)} are free${cache.note}`;
      return isTight(parts.paths.home) ? failed(words) : nothingToDo(words);
    }
    return done(
      `freed ${formatBytes(bytes)} in ${count} old files and ${formatBytes(cache.bytes)} of build cache; ` +
        `${formatBytes(room(parts.paths.home))} are free now, ${formatBytes(before)} before${cache.note}`,
    );
  });
}

function remove(depth: Depth, { paths, temporary, now }: RemedyParts): { count: number; bytes: number } {
  const freed = { count: 0, bytes: 0 };
  for (const { path, bytes } of leftovers(placesOf(paths, temporary), depth, now())) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      continue; // not ours to remove after all; what counts is the room found in the end
    }
    freed.count += 1;
    freed.bytes += bytes;
  }
  return freed;
}

async function pruneCache({ docker }: RemedyParts, signal: AbortSignal) {
  try {
    return { bytes: await docker.pruneBuildCache(signal), note: '' };
  } catch {
    return { bytes: 0, note: ' (the Docker engine did not answer, its build cache stays)' };
  }
}

function room(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function isTight(path: string): boolean {
  const { bavail, blocks, bsize } = statfsSync(path);
  return bavail * bsize < Math.min(ENOUGH_BYTES, (blocks * bsize) / 10);
}
