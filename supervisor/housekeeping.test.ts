import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HomePaths, homePaths } from '../contracts/paths.ts';
import { Housekeeping } from './housekeeping.ts';
import { removeOldIncidents } from './old-incidents.ts';

const DAY_MS = 86_400_000;
const NOW = new Date(2026, 2, 15, 12).getTime();

let paths: HomePaths;

beforeEach(() => {
  paths = homePaths(mkdtempSync(join(tmpdir(), 'nanoclaw-keeping-')));
  for (const folder of [paths.logs, paths.incidents]) mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(paths.home, { recursive: true }));

test('old metric files go at the start and every hour, until it is stopped, and each time is on record', async () => {
  const told: string[] = [];
  const records: unknown[] = [];
  const waits: { ms: number; run: () => void }[] = [];
  let wall = NOW;
  const keeping = new Housekeeping({
    paths,
    open: () => [],
    metrics: { record: ({ job, result, reason }) => records.push(`${job} ${result}: ${reason}`) },
    clock: {
      now: () => ({ mono: 0, wall }),
      after: (ms, run) => {
        waits.push({ ms, run });
        return () => undefined;
      },
    },
    log: { info: (text) => told.push(text), warn: () => undefined, error: () => undefined },
  });
  for (const day of ['01', '02', '15']) writeFileSync(join(paths.logs, `metrics-2026-03-${day}.jsonl`), '');
  expect(keeping.view()).toMatchObject({ nextRun: null, lastRun: null, lastResult: null });
  keeping.start();
  await expect.poll(() => records).toHaveLength(1);
  expect(keeping.view()).toEqual({
    ...{ name: 'supervisor-files', schedule: 'every hour', lastRun: new Date(NOW).toISOString() },
    ...{ nextRun: new Date(NOW + 3_600_000).toISOString(), lastResult: 'ok', detail: records[0] && told[0] },
  });
  expect(readdirSync(paths.logs)).toHaveLength(2);
  wall += DAY_MS;
  waits[0]?.run();
  await expect.poll(() => records).toHaveLength(2);
  expect(readdirSync(paths.logs)).toEqual(['metrics-2026-03-15.jsonl']);
  waits[1]?.run();
  await expect.poll(() => records).toHaveLength(3);
  const removed = 'removed 1 old metric files and 0 parts of old incidents';
  expect([told, records]).toEqual([
    [removed, removed],
    [removed, removed, 'nothing was old enough'].map((reason) => `supervisor-files ok: ${reason}`),
  ]);
  keeping.stop();
  waits[2]?.run();
  expect([waits.length, waits[0]?.ms]).toEqual([3, 3_600_000]);
});

/** An incident with its session, last touched so many days ago. */
function anIncident(id: string, days: number, number = 1): void {
  const session = paths.emergencySession(id, number);
  for (const part of ['project', 'trials', 'order']) mkdirSync(join(session, part), { recursive: true });
  writeFileSync(paths.incident(id), '');
  const at = (NOW - days * DAY_MS) / 1000;
  for (const path of [session, paths.incident(id)]) utimesSync(path, at, at);
}

test('of old sessions the copies go, of very old ones everything; of an open incident nothing', async () => {
  const [open, ancient, old, ...last] = ['01', '02', '03', '04', '05'].map(
    (n) => `inc-20260101T0000${n}-abcd`,
  ) as [string, string, string, string, string];
  for (const id of [open, ancient]) anIncident(id, 200);
  for (const id of [old, ...last]) anIncident(id, 20);
  anIncident(open, 200, 2);
  await removeOldIncidents({ paths, open: new Set([open]), now: NOW });
  expect(existsSync(join(paths.emergencySession(open, 2), 'project'))).toBe(true);
  const left = (id: string) => ({
    story: existsSync(paths.incident(id)),
    session: existsSync(join(paths.emergencySession(id, 1), 'order')),
    copies: existsSync(join(paths.emergencySession(id, 1), 'project')),
  });
  expect([open, ancient, old, ...last].map(left)).toEqual([
    { story: true, session: true, copies: true },
    { story: false, session: false, copies: false },
    { story: true, session: true, copies: false },
    ...last.map(() => ({ story: true, session: true, copies: true })),
  ]);
  expect(await removeOldIncidents({ paths, open: new Set([open]), now: NOW })).toBe(0);
});
