import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { holdsRecord } from './find.ts';
import { MetricsWriter } from './record.ts';

const NOON = new Date(2026, 1, 3, 12).getTime();
const DAY = 86_400_000;
let folder: string;
let now: number;
let writer: MetricsWriter;
const write = (metric: string, incident: string) =>
  writer.record({ metric, result: 'success', duration: 1, incident });
const holds = (incident: string, since = NOON) => holdsRecord(folder, 'recovery', incident, since);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-find-'));
  now = NOON;
  writer = new MetricsWriter(folder, () => now);
});

it('finds the record of that incident alone, and of that kind', () => {
  write('remedy', 'inc-1');
  write('recovery', 'inc-2');
  expect([holds('inc-1'), holds('inc-2')]).toEqual([false, true]);
});

it('finds one that was written days later, and none that a crash has torn', () => {
  write('http_check', 'none');
  now += 2 * DAY;
  write('recovery', 'inc-1');
  writer.close();
  appendFileSync(join(folder, 'metrics-2026-02-05.jsonl'), '{"metric":"recovery","incident":"inc-2"');
  write('recovery', 'inc-3');
  expect([holds('inc-1'), holds('inc-2'), holds('inc-3')]).toEqual([true, false, true]);
});

it('finds it behind more than fits into memory at once', () => {
  const filler = `${JSON.stringify({ metric: 'http_check', result: 'ok', text: '폴'.repeat(99) })}\n`;
  appendFileSync(join(folder, 'metrics-2026-02-03.jsonl'), filler.repeat(5000));
  write('recovery', 'inc-1');
  expect([holds('inc-1'), holds('inc-2')]).toEqual([true, false]);
});

it('takes what is past its time for written, and what was lost with the folder for owed', () => {
  now += 20 * DAY;
  write('http_check', 'none');
  expect(holds('inc-1')).toBe(true);
  rmSync(folder, { recursive: true });
  expect(holds('inc-1')).toBe(false);
});
