/**
 * When a group's folder has to be measured, and who has to stop writing. Pure.
 *
 * Measuring walks a tree; free space of the disk costs one system call. So free space is what is watched, and a folder
 * is measured when the disk has lost so much that the group could have used up its room.
 *
 * Invariants: a group within its limit is stopped only when the disk itself is about to be full; one above it may
 * work to tidy up, but not grow.
 */

const MB = 1024 ** 2;

/** Of a file system, bytes and number of files; both totals are 0 where it does not count. */
export type Space = { free: number; total: number; freeFiles: number; totalFiles: number };

/** A group's folders. `isWhole` false: some of it may not be read, so nobody knows what it holds. */
export type Size = { bytes: number; isWhole: boolean };

/** What is known of one live agent. Times are monotonic milliseconds. */
export type Grown = {
  size: Size;
  /** When its agent began to be watched, bytes. */
  before: number;
  /** It is stopped above this, bytes. */
  ceiling: number;
  measuredAt: number;
  /** What that took, milliseconds. */
  tookMs: number;
  /** Free bytes of the disk at that time. */
  freeThen: number;
};

/** A session's own files grow by this in a turn in which nothing is kept, bytes. It is also the least that is noticed. */
const ROOM_TO_TIDY = 16 * MB;

/** Above this many times its limit a group can't even tidy up: what it wrote is for the operator to look at. */
const REFUSED_AT = 2;

/**
 * A walk takes no more than a twentieth of one core, whatever the tree's size, unless the whole room may be used up:
 * a busy machine makes every walk a long one.
 */
const PAUSE_FACTOR = 20;
const LEAST_PAUSE_MS = 1000;
/** Growth that is hidden by somebody else's tidying is found at last after this, milliseconds. */
export const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * What agents leave free for the database and the logs, bytes: above the 512 MB at which the supervisor begins to
 * tidy, and more than a fast disk takes while an agent is being stopped. Of a small disk its twentieth.
 */
const RESERVE = 1024 * MB;
const RESERVE_SHARE = 0.05;
/** Free space is looked at more often when it is less than this many reserves. */
const NEAR_FACTOR = 4;

/** 0 while there is more than the reserve, else how much of it is used, up to 1. Files count like bytes. */
export function reserveUsed({ free, total, freeFiles, totalFiles }: Space): number {
  const reserve = Math.min(RESERVE, total * RESERVE_SHARE);
  const bytes = total === 0 ? 0 : 1 - free / reserve;
  const files = totalFiles === 0 ? 0 : 1 - freeFiles / (totalFiles * RESERVE_SHARE);
  return Math.max(0, bytes, files);
}

export function isNearReserve({ free, total }: Space): boolean {
  return free < NEAR_FACTOR * Math.min(RESERVE, total * RESERVE_SHARE);
}

/** Half of the reserve is gone: whoever writes is stopped, and nobody is started. */
export function isFull(space: Space): boolean {
  return reserveUsed(space) > 0.5;
}

/**
 * The next ceiling, bytes: the limit, or what an agent found above it when it began and a little room.
 * @param former null for an agent that begins
 */
export function ceilingOf(bytes: number, limit: number, former: number | null): number {
  if (bytes <= limit) return limit;
  return former === null ? bytes + ROOM_TO_TIDY : Math.max(former, limit);
}

export function isOver({ size, ceiling }: Pick<Grown, 'size' | 'ceiling'>): boolean {
  return !size.isWhole || size.bytes > ceiling;
}

/** Whether the group's agents are not even started. */
export function isRefused(size: Size, limit: number): boolean {
  return !size.isWhole || size.bytes > REFUSED_AT * limit;
}

export function isDue(grown: Grown, free: number, now: number): boolean {
  const since = now - grown.measuredAt;
  const room = Math.max(0, grown.ceiling - grown.size.bytes);
  const lost = grown.freeThen - free;
  const factor = lost >= Math.max(room, ROOM_TO_TIDY) ? 1 : PAUSE_FACTOR;
  if (since < Math.max(LEAST_PAUSE_MS, factor * grown.tookMs)) return false;
  return since >= LONGEST_PAUSE_MS || lost >= Math.max(room / 2, ROOM_TO_TIDY);
}

/**
 * Who is stopped for the reserve's sake: the one that grew most; those whose growth could not be told in time; and
 * when nothing is seen to grow, but the reserve goes on shrinking, all (a deleted file that is still written to is in
 * no folder).
 * @param growth bytes by group; null when it could not be told
 */
export function chooseForReserve(growth: ReadonlyMap<string, number | null>, space: Space): string[] {
  if (reserveUsed(space) === 0) return [];
  const measured = [...growth].flatMap(([folder, bytes]) => (bytes === null ? [] : [{ folder, bytes }]));
  const [most] = measured.filter(({ bytes }) => bytes >= ROOM_TO_TIDY).toSorted((a, b) => b.bytes - a.bytes);
  if (most) return [most.folder];
  const untold = [...growth].flatMap(([folder, bytes]) => (bytes === null ? [folder] : []));
  if (untold.length > 0) return untold;
  return isFull(space) ? [...growth.keys()] : [];
}
