import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/clock.ts';
import { settle } from '../tests/fakes/settle.ts';
import { Watchdog, watchdogLimit } from './watchdog.ts';

const LIMIT_MS = 30_000;

let clock: FakeClock;
let told: string[];
let warned: string[];
let trouble: string | null;
let reads: boolean;
let watchdog: Watchdog;

beforeEach(() => {
  clock = new FakeClock();
  [told, warned, trouble, reads] = [[], [], null, true];
  watchdog = watch(LIMIT_MS);
});
afterEach(() => watchdog.stop());

function watch(limitMs: number | null): Watchdog {
  const note = (text: string) => warned.push(text);
  return new Watchdog({
    notify: async (words) => {
      if (!reads) throw new Error('nobody reads');
      told.push(words);
    },
    limitMs,
    ownTrouble: () => trouble,
    clock: { now: () => ({ mono: clock.monotonic(), wall: clock.now() }), after: clock.after },
    log: { info: note, warn: note, error: note },
  });
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

it('says ready once, then feeds at half of the limit', async () => {
  await watchdog.start();
  expect(told).toEqual(['READY=1']);
  await pass(LIMIT_MS / 2);
  await pass(LIMIT_MS / 2);
  expect(told).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']);
});

it('does not feed while something is wrong with itself, and says what', async () => {
  await watchdog.start();
  trouble = 'a deadline passed 9 s ago';
  await pass(LIMIT_MS / 2);
  expect(told).toEqual(['READY=1']);
  expect(warned.join()).toContain('a deadline passed 9 s ago');
  trouble = null;
  await pass(LIMIT_MS / 2);
  expect(told).toEqual(['READY=1', 'WATCHDOG=1']);
});

it('goes on trying when systemd does not read', async () => {
  await watchdog.start();
  reads = false;
  await pass(LIMIT_MS / 2);
  reads = true;
  await pass(LIMIT_MS / 2);
  expect(told).toEqual(['READY=1', 'WATCHDOG=1']);
  expect(warned).toHaveLength(1);
});

it('feeds nobody after its stop, and where systemd does not watch', async () => {
  await watchdog.start();
  watchdog.stop();
  await pass(LIMIT_MS);
  expect(told).toEqual(['READY=1']);
  watchdog = watch(null);
  await watchdog.start();
  await pass(LIMIT_MS);
  expect(told).toEqual(['READY=1', 'READY=1']);
});

it('reads the limit as systemd hands it over', () => {
  expect(watchdogLimit({ WATCHDOG_USEC: '30000000' })).toBe(30_000);
  expect(watchdogLimit({})).toBeNull();
});
