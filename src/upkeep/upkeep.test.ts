import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { SILENT } from '../../tests/fakes/task-world.ts';
import { createStore, type Store } from '../store/store.ts';
import { Upkeep, type UpkeepJob } from './upkeep.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let clock: FakeClock;
let store: Store;
let ran: string[];
let records: string[];

beforeEach(() => {
  clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
  store = createStore(':memory:');
  ran = [];
  records = [];
});

const job = (name: string, schedule: string, work = async () => 'done'): UpkeepJob => ({
  name,
  schedule,
  run: () => {
    ran.push(name);
    return work();
  },
});

function newUpkeep(...jobs: UpkeepJob[]): Upkeep {
  const onRecord = ({ job: name, result, reason }: { job: string; result: string; reason: string }) =>
    records.push(`${name} ${result}: ${reason}`);
  return new Upkeep({ jobs, store, timeZone: 'Asia/Seoul', onRecord, clock, log: SILENT });
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

it('runs each job at its local time, tells how it went, and shows when it comes next', async () => {
  const upkeep = newUpkeep(job('daily', '0 3 * * *'), job('weekly', '0 4 * * 0'));
  upkeep.start();
  await settle();
  expect(upkeep.list().map(({ nextRun }) => nextRun)).toEqual([
    '2026-01-01T18:00:00.000Z',
    '2026-01-03T19:00:00.000Z',
  ]);
  await pass(18 * HOUR_MS);
  expect(ran).toEqual(['daily']);
  expect(records).toEqual(['daily ok: done']);
  expect(upkeep.list()[0]).toMatchObject({ nextRun: '2026-01-02T18:00:00.000Z', lastResult: 'ok' });
});

it('makes up by one run for the days on which nobody was there', async () => {
  const first = newUpkeep(job('daily', '0 3 * * *'));
  first.start();
  await settle();
  await first.stop();
  clock.advance(5 * DAY_MS);
  newUpkeep(job('daily', '0 3 * * *')).start();
  await settle();
  expect(ran).toEqual(['daily']);
});

it('a job that fails or throws at once is told, and the next one runs', async () => {
  const broken = job('broken', '0 3 * * *', () => Promise.reject(new Error('no engine')));
  const upkeep = newUpkeep(broken, job('daily', '0 3 * * *'));
  upkeep.start();
  await settle();
  await pass(18 * HOUR_MS);
  expect(records).toEqual(['broken failed: no engine', 'daily ok: done']);
  expect(upkeep.list()[0]).toMatchObject({ lastResult: 'failed', detail: 'no engine' });
});

it('a job that ends the process is not begun again at the next start', async () => {
  const deadly = job('deadly', '0 3 * * *', () => new Promise(() => undefined));
  newUpkeep(deadly).start();
  await settle();
  await pass(18 * HOUR_MS);
  const successor = newUpkeep(deadly);
  successor.start();
  await settle();
  expect(ran).toEqual(['deadly']);
  expect(successor.list()[0]).toMatchObject({ lastResult: 'interrupted' });
});

it('gives up a job that takes too long', async () => {
  const upkeep = newUpkeep(job('slow', '0 3 * * *', () => new Promise(() => undefined)));
  upkeep.start();
  await settle();
  await pass(18 * HOUR_MS);
  await pass(HOUR_MS);
  expect(records).toEqual(['slow failed: it took too long']);
});

it('stops in the middle of a job, and may be stopped twice', async () => {
  const upkeep = newUpkeep(job('slow', '0 3 * * *', () => new Promise(() => undefined)));
  upkeep.start();
  await settle();
  await pass(18 * HOUR_MS);
  await Promise.all([upkeep.stop(), upkeep.stop()]);
  expect(clock.untilTimer).toBeNull();
});

it('tries a job that failed again within the hour, and says so until it has gone well', async () => {
  let trouble: string | null = 'no room';
  const work = async () => {
    if (trouble !== null) throw new Error(trouble);
    return 'done';
  };
  const upkeep = newUpkeep(job('backup', '0 3 * * *', work));
  upkeep.start();
  await settle();
  await pass(18 * HOUR_MS);
  expect(upkeep.health()).toMatchObject({ state: 'degraded', reason: 'backup: no room', required: false });
  await pass(HOUR_MS);
  trouble = null;
  await pass(HOUR_MS);
  expect(records).toEqual(['backup failed: no room', 'backup failed: no room', 'backup ok: done']);
  expect(upkeep.list()[0]?.nextRun).toBe('2026-01-02T18:00:00.000Z');
  expect(upkeep.health().state).toBe('ok');
});
