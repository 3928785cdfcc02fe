import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Housekeeping } from './housekeeping.ts';

test('old metric files go at the start and every hour, until it is stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-keeping-'));
  const told: string[] = [];
  const waits: { ms: number; run: () => void }[] = [];
  let wall = new Date(2026, 2, 15, 12).getTime();
  const keeping = new Housekeeping({
    folder,
    clock: {
      now: () => ({ mono: 0, wall }),
      after: (ms, run) => {
        waits.push({ ms, run });
        return () => undefined;
      },
    },
    log: { info: (text) => told.push(text), warn: () => undefined, error: () => undefined },
  });
  for (const day of ['01', '02', '15']) writeFileSync(join(folder, `metrics-2026-03-${day}.jsonl`), '');
  keeping.start();
  await expect.poll(() => readdirSync(folder)).toHaveLength(2);
  wall += 86_400_000;
  waits[0]?.run();
  await expect.poll(() => readdirSync(folder)).toEqual(['metrics-2026-03-15.jsonl']);
  await expect.poll(() => told).toHaveLength(2);
  keeping.stop();
  waits[1]?.run();
  expect([waits.length, waits[0]?.ms]).toEqual([2, 3_600_000]);
});
