import { describe, expect, it } from 'vitest';
import {
  ceilingOf,
  chooseForReserve,
  type Grown,
  isDue,
  isFull,
  isNearReserve,
  isOver,
  isRefused,
  reserveUsed,
} from './judge.ts';

const MB = 1024 ** 2;
const GB = 1024 * MB;

/** A disk of 100 GB with so much left: its reserve is 1 GB. */
const disk = (freeMb: number) => ({ free: freeMb * MB, total: 100 * GB, freeFiles: 900, totalFiles: 1000 });
const grown = (change: Partial<Grown> = {}): Grown => ({
  size: { bytes: 100 * MB, isWhole: true },
  before: 100 * MB,
  ceiling: 500 * MB,
  measuredAt: 0,
  tookMs: 10,
  freeThen: 50 * GB,
  ...change,
});

describe('a folder is measured again', () => {
  it.each([
    ['not while the disk has lost less than half of its room', {}, 50 * GB - 199 * MB, 10_000, false],
    ['when the disk has lost half of its room', {}, 50 * GB - 200 * MB, 10_000, true],
    ['but not within a second', {}, 0, 999, false],
    ['nor before a long walk has had its rest', { tookMs: 10_000 }, 50 * GB - 399 * MB, 199_000, false],
    [
      'but soon after one when all its room may be gone',
      { tookMs: 10_000 },
      50 * GB - 400 * MB,
      10_000,
      true,
    ],
    ['with no room left, as soon as a little is lost', { ceiling: 100 * MB }, 50 * GB - 16 * MB, 1000, true],
    ['at last also when nothing is seen to be lost', {}, 60 * GB, 300_000, true],
  ])('%s', (_when, change, free, now, due) => {
    expect(isDue(grown(change), free, now)).toBe(due);
  });
});

describe('the ceiling', () => {
  it.each([
    ['is the limit', 10, null, 100],
    ['leaves a little room to tidy up above what was found', 120, null, 136],
    ['does not rise with what is written then', 130, 136, 136],
    ['is the limit again once it is tidy', 90, 136, 100],
    ['stays when the limit is passed in work', 101, 100, 100],
  ])('%s', (_what, size, former, ceiling) => {
    const before = former === null ? null : former * MB;
    expect(ceilingOf(size * MB, 100 * MB, before)).toBe(ceiling * MB);
  });

  it('is passed by what is above it, and by what may not be read', () => {
    expect(isOver(grown())).toBe(false);
    expect(isOver(grown({ size: { bytes: 501 * MB, isWhole: true } }))).toBe(true);
    expect(isOver(grown({ size: { bytes: 0, isWhole: false } }))).toBe(true);
  });

  it.each([
    ['twice the limit', 200, true, false],
    ['more than twice the limit', 201, true, true],
    ['what may not be read', 1, false, true],
  ])('a folder that holds %s is refused: %s MB, whole %s → %s', (_what, size, isWhole, refused) => {
    expect(isRefused({ bytes: size * MB, isWhole }, 100 * MB)).toBe(refused);
  });
});

describe('the reserve', () => {
  it.each([
    ['of a large disk is a gigabyte', disk(1024), 0],
    ['is used by half', disk(512), 0.5],
    ['of a small disk is its twentieth', { free: 0, total: GB, freeFiles: 1, totalFiles: 1 }, 1],
    ['counts files as well', { ...disk(90_000), freeFiles: 25 }, 0.5],
    ['has no files where the file system counts none', { ...disk(90_000), freeFiles: 0, totalFiles: 0 }, 0],
    ['has no bytes where it tells none', { free: 0, total: 0, freeFiles: 0, totalFiles: 0 }, 0],
  ])('%s', (_what, space, used) => {
    expect(reserveUsed(space)).toBeCloseTo(used);
  });

  it('is full when more than half of it is gone, and near when four of them are left', () => {
    expect([isFull(disk(512)), isFull(disk(511))]).toEqual([false, true]);
    expect([isNearReserve(disk(4096)), isNearReserve(disk(4095))]).toEqual([false, true]);
  });

  const growth = { a: 20 * MB, b: 300 * MB, c: 0 };
  it.each<[string, Record<string, number | null>, number, string[]]>([
    ['nobody while it is whole', growth, 1024, []],
    ['the one that grew most', growth, 1023, ['b']],
    ['those whose growth could not be told in time', { a: null, b: 1 * MB, c: null }, 1023, ['a', 'c']],
    ['nobody when none grows and half of it is there', { a: 1 * MB, b: 0 }, 512, []],
    ['everybody when none is seen to grow and half of it is gone', { a: 1 * MB, b: 0 }, 511, ['a', 'b']],
  ])('stops %s', (_whom, grew, free, stopped) => {
    expect(chooseForReserve(new Map(Object.entries(grew)), disk(free))).toEqual(stopped);
  });
});
