import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { lockRefresh } from './refresh-lock.ts';

let folder: string;
let clock: FakeClock;
let ending: AbortController;
let lockPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-lock-'));
  lockPath = join(folder, '.oauth_refresh.lock');
  clock = new FakeClock();
  ending = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true }));

const lock = (waitMs?: number) => {
  const options = { clock, signal: ending.signal, ...(waitMs === undefined ? {} : { waitMs }) };
  return lockRefresh(join(folder, '.credentials.json'), options);
};

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 200) {
    clock.advance(200);
    await settle(2);
  }
}

describe('the lock of renewals', () => {
  it('lets the next one in when it is released', async () => {
    const first = await lock();
    const got: string[] = [];
    const second = lock().then((held) => {
      got.push('second');
      held.release();
    });
    await pass(1000);
    expect(got).toEqual([]);
    first.release();
    await pass(400);
    await second;
    expect([got, existsSync(lockPath)]).toEqual([['second'], false]);
  });

  it('is kept by a holder that lives, however long it takes', async () => {
    const first = await lock();
    const second = lock(30_000).catch((error: Error & { code: string }) => error.code);
    await pass(31_000);
    expect(await second).toBe('REFRESH_BUSY');
    first.release();
  });

  it('is taken from a holder that was killed, after it was not touched for twelve seconds', async () => {
    mkdirSync(lockPath);
    const next = lock();
    await pass(11_000);
    expect(existsSync(lockPath)).toBe(true);
    await pass(1600);
    (await next).release();
    expect(existsSync(lockPath)).toBe(false);
  });

  it('is respected while another program touches it, whatever the wall clock of the folder says', async () => {
    mkdirSync(lockPath);
    const next = lock(60_000);
    for (let seconds = 5; seconds <= 20; seconds += 5) {
      utimesSync(lockPath, seconds, seconds);
      await pass(5000);
    }
    expect(existsSync(lockPath)).toBe(true);
    rmSync(lockPath, { recursive: true });
    await pass(400);
    (await next).release();
  });

  it('does not remove a folder that somebody else put there after its own was taken away', async () => {
    const first = await lock();
    rmSync(lockPath, { recursive: true });
    mkdirSync(lockPath);
    first.release();
    expect(existsSync(lockPath)).toBe(true);
  });

  it('is not waited for any longer when the process stops', async () => {
    mkdirSync(lockPath);
    const next = lock().catch((error: Error) => error.message);
    ending.abort(new Error('stopping'));
    expect(await next).toBe('stopping');
  });
});
