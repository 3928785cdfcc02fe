import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homePaths } from '../../contracts/paths.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { backupDate, databaseBackup } from './backup-files.ts';
import { DailyBackup } from './daily-backup.ts';

const HOUR_MS = 3_600_000;
const noon = new Date(2026, 0, 10, 12).getTime();

let home: string;
let made: string[];
let results: string[];
let refusal: string | null;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-daily-'));
  made = [];
  results = [];
  refusal = null;
});
afterEach(() => rmSync(home, { recursive: true }));

function begin(clock: FakeClock): DailyBackup {
  const paths = homePaths(home);
  mkdirSync(paths.backups);
  const make = async () => {
    if (refusal !== null) return refusal;
    const date = backupDate(clock.now());
    made.push(date);
    writeFileSync(databaseBackup(paths.backups, date), '');
    return null;
  };
  const metrics = { record: ({ result }: { result: string }) => void results.push(result) };
  const log = { info: () => undefined, warn: () => undefined };
  const daily = new DailyBackup({ paths, make, metrics, clock, log });
  daily.start();
  return daily;
}

async function pass(clock: FakeClock, hours: number): Promise<void> {
  for (let half = 0; half < hours * 2; half += 1) {
    clock.advance(HOUR_MS / 2);
    await settle(2);
  }
}

it('makes one backup a day, in the small hours', async () => {
  const clock = new FakeClock(noon);
  begin(clock);
  await pass(clock, 1);
  expect(made).toEqual(['2026-01-10']);
  await pass(clock, 13);
  expect(made).toEqual(['2026-01-10']);
  await pass(clock, 3);
  expect(made).toEqual(['2026-01-10', '2026-01-11']);
  await pass(clock, 72);
  expect(made).toHaveLength(5);
});

it('tries again after a failure, and says so meanwhile', async () => {
  const clock = new FakeClock(noon);
  const daily = begin(clock);
  refusal = 'no room';
  await pass(clock, 2);
  expect(daily.health()).toMatchObject({ state: 'degraded', reason: 'no room', required: false });
  refusal = null;
  await pass(clock, 1);
  expect(made).toEqual(['2026-01-10']);
  expect(daily.health().state).toBe('ok');
  expect(results.at(0)).toBe('failed');
  expect(results.at(-1)).toBe('success');
});

it('makes none after stop', async () => {
  const clock = new FakeClock(noon);
  begin(clock).stop();
  await pass(clock, 48);
  expect(made).toEqual([]);
});
