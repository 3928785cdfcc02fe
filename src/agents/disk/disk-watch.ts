/**
 * Keeps agents from filling the disk: looks at its free space while any agent lives, has the folders measured that
 * may have outgrown their limit (judge.ts), and stops who goes on writing.
 *
 *   watched ──above its ceiling──▶ stopped (`disk_quota`)
 *      └────the disk's reserve is used, and it grows──▶ stopped (`disk_low`)
 *
 * Invariants: an agent has at most one walk under way; admission asks memory alone and waits for a walk only where it would
 * refuse.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { within } from '../within.ts';
import {
  ceilingOf,
  chooseForReserve,
  type Grown,
  isDue,
  isFull,
  isNearReserve,
  isOver,
  isRefused,
  LONGEST_PAUSE_MS,
  reserveUsed,
  type Size,
  type Space,
} from './judge.ts';

export type DiskStop = 'disk_quota' | 'disk_low';

/** The group's agents are not started now; the message is for the log. */
export class DiskRefusedError extends Error {
  constructor(
    readonly code: DiskStop,
    message: string,
  ) {
    super(message);
  }
}

export type DiskWatchOptions = {
  /** @throws MeasureError */
  space(): Promise<Space>;
  /** Of all that the group's agents write to. @throws MeasureError */
  size(folder: string): Promise<Size>;
  /** Bytes. */
  limitOf(folder: string): number;
  onRecord(record: { group: string; result: string; usedMb: number; limitMb: number }): void;
  clock: Clock;
  log: Logger;
};

/** A watched agent: ends it, whatever it does. */
export type Writer = { folder: string; stop(why: DiskStop): void };

/** Free space is asked for this often; a disk takes a gigabyte a second at most, milliseconds. */
const LOOK_EVERY_MS = 1000;
const LOOK_NEAR_MS = 200;
/** A folder that takes longer to measure while the reserve is used is not waited for, milliseconds. */
const RESERVE_WALK_MS = 500;

/** A group that would be refused waits for a second look at its folder, milliseconds. */
const LOOK_AGAIN_MS = 5000;

const MB = 1024 ** 2;
const NOTHING: Size = { bytes: 0, isWhole: true };

type Watched = {
  writer: Writer;
  grown: Grown | null;
  walk: Promise<void> | null;
  /** No walk before this, monotonic: the last one failed. */
  notBefore: number;
  isStopped: boolean;
};

export class DiskWatch {
  readonly #live = new Map<Writer, Watched>();
  /** The last size of each group's folders; outlives its agents. */
  readonly #known = new Map<string, Size>();
  /** Folders of stopped agents, being measured for the last time. */
  readonly #settling = new Map<string, Promise<Size | null>>();
  #space: Space | null = null;
  #looking = false;

  constructor(readonly options: DiskWatchOptions) {}

  /** @throws DiskRefusedError */
  async admit(folder: string): Promise<void> {
    const { limitOf, clock } = this.options;
    const limit = limitOf(folder);
    const isTooLarge = () => isRefused(this.#known.get(folder) ?? NOTHING, limit);
    const isLow = () => this.#space !== null && isFull(this.#space);
    const settling = this.#settling.get(folder);
    if (settling) await within(clock, LOOK_AGAIN_MS, settling);
    this.#settling.delete(folder);
    // Somebody may have made room since.
    if (isTooLarge()) await within(clock, LOOK_AGAIN_MS, this.#remember(folder));
    if (isLow()) await within(clock, LOOK_AGAIN_MS, this.#see());
    if (isTooLarge()) {
      this.#record(folder, 'refused');
      throw new DiskRefusedError('disk_quota', `the group's folder is far above its ${told(limit)}`);
    }
    if (!isLow()) return;
    this.#record(folder, 'refused_for_reserve');
    throw new DiskRefusedError('disk_low', `the disk has ${told(this.#space?.free ?? 0)} left`);
  }

  /** What a group that is above its limit holds and may hold, bytes; null while it is within it. */
  excessOf(folder: string): { used: number; limit: number } | null {
    const limit = this.options.limitOf(folder);
    const used = this.#known.get(folder)?.bytes ?? 0;
    return used > limit ? { used, limit } : null;
  }

  /** Until the returned function is called, which is when nothing of the agent is left. */
  watch(writer: Writer): () => void {
    const watched: Watched = { writer, grown: null, walk: null, notBefore: 0, isStopped: false };
    this.#live.set(writer, watched);
    if (!this.#looking) void this.#look();
    return () => {
      this.#live.delete(writer);
      // It wrote on until it was gone: the next one is judged by what it left.
      if (watched.isStopped) this.#settling.set(writer.folder, this.#remember(writer.folder));
    };
  }

  /** Goes on by itself until nobody is watched. */
  async #look(): Promise<void> {
    this.#looking = this.#live.size > 0;
    if (!this.#looking) return;
    await this.#see();
    if (this.#space !== null) await this.#judge(this.#space);
    const pause = this.#space !== null && isNearReserve(this.#space) ? LOOK_NEAR_MS : LOOK_EVERY_MS;
    this.options.clock.after(pause, () => void this.#look());
  }

  async #see(): Promise<void> {
    try {
      this.#space = await this.options.space();
    } catch (error) {
      // The disk has a probe of its own, which tells people.
      this.options.log.debug({ reason: (error as Error).message }, 'the disk was not looked at');
    }
  }

  async #judge(space: Space): Promise<void> {
    const live = [...this.#live.values()].filter(({ isStopped }) => !isStopped);
    if (reserveUsed(space) > 0) return this.#saveReserve(live, space);
    const now = this.options.clock.monotonic();
    for (const watched of live) {
      const { grown, notBefore } = watched;
      if (grown === null ? now >= notBefore : isDue(grown, space.free, now)) void this.#measure(watched);
    }
  }

  async #saveReserve(live: readonly Watched[], space: Space): Promise<void> {
    const { clock } = this.options;
    const growths = live.map(async (watched) => {
      const walked = await within(clock, RESERVE_WALK_MS, this.#measure(watched));
      const { grown } = watched;
      const bytes = walked === 'late' || grown === null ? null : grown.size.bytes - grown.before;
      return [watched.writer.folder, bytes] as const;
    });
    const chosen = chooseForReserve(new Map(await Promise.all(growths)), space);
    for (const watched of live) if (chosen.includes(watched.writer.folder)) this.#stop(watched, 'disk_low');
  }

  #measure(watched: Watched): Promise<void> {
    watched.walk ??= this.#walk(watched).finally(() => {
      watched.walk = null;
    });
    return watched.walk;
  }

  async #walk(watched: Watched): Promise<void> {
    const { clock, limitOf } = this.options;
    const { folder } = watched.writer;
    const limit = limitOf(folder);
    const freeThen = this.#space?.free ?? Number.POSITIVE_INFINITY;
    const began = clock.monotonic();
    // It may have written before its first walk is over: what is known from before counts.
    const found = this.#known.get(folder);
    const size = await this.#remember(folder);
    const now = clock.monotonic();
    watched.notBefore = now + LONGEST_PAUSE_MS;
    if (size === null) return;
    const ceiling = ceilingOf(size.bytes, limit, watched.grown?.ceiling ?? formerCeiling(found, limit));
    const before = watched.grown?.before ?? found?.bytes ?? size.bytes;
    watched.grown = { size, before, ceiling, measuredAt: now, tookMs: now - began, freeThen };
    const isTooMuch = isOver(watched.grown) || isRefused(size, limit);
    if (isTooMuch && this.#live.has(watched.writer)) this.#stop(watched, 'disk_quota');
  }

  async #remember(folder: string): Promise<Size | null> {
    try {
      const size = await this.options.size(folder);
      this.#known.set(folder, size);
      return size;
    } catch (error) {
      this.options.log.warn({ group: folder, reason: (error as Error).message }, 'a folder was not measured');
      return null;
    }
  }

  #stop(watched: Watched, why: DiskStop): void {
    if (watched.isStopped) return;
    watched.isStopped = true;
    const { folder } = watched.writer;
    this.options.log.error(
      { group: folder, why, ...this.#figures(folder) },
      'an agent fills the disk and is stopped',
    );
    this.#record(folder, why === 'disk_quota' ? 'over_limit' : 'reserve');
    watched.writer.stop(why);
  }

  #record(folder: string, result: string): void {
    this.options.onRecord({ group: folder, result, ...this.#figures(folder) });
  }

  #figures(folder: string): { usedMb: number; limitMb: number } {
    const used = this.#known.get(folder)?.bytes ?? 0;
    return { usedMb: Math.round(used / MB), limitMb: Math.round(this.options.limitOf(folder) / MB) };
  }
}

function formerCeiling(found: Size | undefined, limit: number): number | null {
  return found ? ceilingOf(found.bytes, limit, null) : null;
}

function told(bytes: number): string {
  return `${Math.round(bytes / MB)} MB`;
}
