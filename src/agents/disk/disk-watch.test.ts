import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { DiskWatch } from './disk-watch.ts';
import { MeasureError } from './measure.ts';

const MB = 1024 ** 2;
const GB = 1024 * MB;

let clock: FakeClock;
let free: number;
/** What each group's folder holds, MB; undefined = it cannot be measured. */
let held: Record<string, number | undefined>;
/** Walks of these groups do not end. */
let slow: Set<string>;
let walks: string[];
let looks: number;
let stopped: string[];
let records: string[];
let disk: DiskWatch;

beforeEach(() => {
  clock = new FakeClock();
  free = 50 * GB;
  held = { a: 10, b: 10 };
  slow = new Set();
  walks = [];
  looks = 0;
  stopped = [];
  records = [];
  disk = new DiskWatch({
    async space() {
      looks += 1;
      return { free, total: 100 * GB, freeFiles: 0, totalFiles: 0 };
    },
    async size(folder) {
      walks.push(folder);
      if (slow.has(folder)) return new Promise(() => undefined);
      const found = held[folder];
      if (found === undefined) throw new MeasureError('no');
      return { bytes: found * MB, isWhole: true };
    },
    limitOf: () => 100 * MB,
    onRecord: ({ group, result, usedMb, limitMb }) => records.push(`${group} ${result} ${usedMb}/${limitMb}`),
    clock,
    log: pino({ level: 'silent' }),
  });
});

const watch = (folder: string) => disk.watch({ folder, stop: (why) => stopped.push(`${folder} ${why}`) });
/** Writes to a group's folder, in MB. */
const write = (folder: string, mb: number) => {
  held[folder] = (held[folder] ?? 0) + mb;
  free -= mb * MB;
};
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 200) {
    clock.advance(200);
    await settle(4);
  }
}

describe('a group that writes', () => {
  it('is stopped once it is above its limit, and this is on record', async () => {
    watch('a');
    watch('b');
    await pass(1000);
    write('a', 70);
    await pass(3000);
    expect(stopped).toEqual([]);
    write('a', 40);
    await pass(3000);
    expect(stopped).toEqual(['a disk_quota']);
    expect(records).toEqual(['a over_limit 120/100']);
  });

  it('is not measured again while the disk loses nothing', async () => {
    watch('a');
    await pass(4000);
    walks = [];
    await pass(60_000);
    expect(walks).toEqual([]);
  });

  it('may go on a little when it was above its limit before, but not grow', async () => {
    held.a = 120;
    watch('a');
    await pass(2000);
    write('a', 15);
    await pass(3000);
    expect(stopped).toEqual([]);
    expect(disk.excessOf('a')).toMatchObject({ limit: 100 * MB });
    write('a', 16);
    await pass(3000);
    expect(stopped).toEqual(['a disk_quota']);
  });

  it('is judged by what was known before it began, for its first walk may be late', async () => {
    held.a = 110;
    const unwatch = watch('a');
    await pass(2000);
    unwatch();
    held.a = 150;
    watch('a');
    await pass(2000);
    expect(stopped).toEqual(['a disk_quota']);
  });

  it('costs nothing more when nobody is watched any more', async () => {
    const unwatch = watch('a');
    await pass(2000);
    unwatch();
    await pass(2000);
    looks = 0;
    await pass(10_000);
    expect(looks).toBe(0);
    watch('a');
    await pass(2000);
    expect(looks).toBeGreaterThan(0);
  });

  it('that cannot be measured is left alone', async () => {
    held.a = undefined;
    watch('a');
    await pass(5000);
    expect(stopped).toEqual([]);
  });
});

describe('the disk’s reserve', () => {
  it('costs the one that grew most its agent, though it is within its limit', async () => {
    free = 1100 * MB;
    watch('a');
    watch('b');
    await pass(1000);
    write('b', 5);
    write('a', 80);
    await pass(1000);
    expect(stopped).toEqual(['a disk_low']);
    expect(records).toEqual(['a reserve 90/100']);
  });

  it('does not wait for a folder that takes long to measure', async () => {
    free = 1100 * MB;
    watch('a');
    await pass(1000);
    slow.add('a');
    write('a', 80);
    await pass(2000);
    expect(stopped).toEqual(['a disk_low']);
  });

  it('when it is half gone and no folder grows, costs every agent', async () => {
    free = 1100 * MB;
    watch('a');
    watch('b');
    await pass(1000);
    free = 500 * MB; // a deleted file that is still open
    await pass(1000);
    expect(stopped).toEqual(['a disk_low', 'b disk_low']);
  });
});

describe('admission', () => {
  it('waits for the last word on what a stopped agent left', async () => {
    const unwatch = watch('a');
    await pass(2000);
    write('a', 95);
    await pass(2000);
    expect(stopped).toEqual(['a disk_quota']);
    held.a = 150; // it wrote on while it was being stopped
    unwatch();
    await disk.admit('a');
    expect(disk.excessOf('a')).toEqual({ used: 150 * MB, limit: 100 * MB });
  });

  it('takes a group that nobody has measured, and measures nothing', async () => {
    await disk.admit('a');
    expect([walks, looks]).toEqual([[], 0]);
  });

  it('refuses one far above its limit until it is found tidy', async () => {
    held.a = 300;
    const unwatch = watch('a');
    await pass(2000);
    expect(stopped).toEqual(['a disk_quota']);
    unwatch();
    await expect(disk.admit('a')).rejects.toMatchObject({ code: 'disk_quota' });
    expect(records).toEqual(['a over_limit 300/100', 'a refused 300/100']);
    held.a = 10;
    await disk.admit('a');
  });

  it('refuses everybody while half of the disk’s reserve is gone', async () => {
    watch('a');
    free = 500 * MB;
    await pass(2000);
    await expect(disk.admit('b')).rejects.toThrow('500 MB left');
    free = 5 * GB;
    await disk.admit('b');
  });
});
