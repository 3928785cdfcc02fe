import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MetricsFollower } from './follow.ts';
import type { Tally } from './tally.ts';

let folder: string;
let saved: string | null;
let now: number;
const file = {
  read: () => saved,
  write: (text: string) => {
    saved = text;
  },
};
const follower = () => new MetricsFollower(folder, file, () => now);
const add = (day: number, ...lines: string[]) =>
  appendFileSync(join(folder, `metrics-2026-03-0${day}.jsonl`), lines.join(''));
const line = (metric: string, result: string, labels: object = {}) =>
  `${JSON.stringify({ timestamp: 1, ts: '', metric, result, duration: 0.5, ...labels })}\n`;
const countOf = (tally: Tally, key: string) => tally.records[key]?.count;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-follow-'));
  saved = null;
  now = 1_000_000;
});

test('only what was added is counted, a half line when it is whole', async () => {
  const one = follower();
  add(1, line('turn', 'answered'), '{"timestamp":1,"metric":"turn","res');
  expect(countOf(await one.look(), 'turn answered')).toBe(1);
  add(1, 'ult":"answered","duration":1}\n');
  add(2, line('turn', 'failed'));
  const tally = await one.look();
  expect([countOf(tally, 'turn answered'), countOf(tally, 'turn failed')]).toEqual([2, 1]);
  expect(tally.records['turn answered']?.seconds).toBe(1.5);
});

test('looks at the same time are one, and count once', async () => {
  const one = follower();
  add(1, line('turn', 'answered'));
  await Promise.all([one.look(), one.look(), one.look()]);
  expect(countOf(await one.look(), 'turn answered')).toBe(1);
});

test('counters go on over restarts and outlive the files', async () => {
  add(1, line('turn', 'answered'));
  await follower().look();
  rmSync(join(folder, 'metrics-2026-03-01.jsonl'));
  add(2, line('turn', 'answered'));
  expect(countOf(await follower().look(), 'turn answered')).toBe(2);
});

test('a supervisor that was killed before it saved counts the same lines again, and no line twice', async () => {
  const first = follower();
  add(1, line('turn', 'answered'));
  await first.look(); // saved
  add(1, line('turn', 'answered'));
  await first.look(); // too soon to be saved again
  expect(countOf(await follower().look(), 'turn answered')).toBe(2);
});

test('recoveries are counted by result, tier and cause with their times', async () => {
  add(1, line('recovery', 'success', { tier: 1, cause: 'crash', mttd: 0.01, mttr: 61 }));
  const tally = await follower().look();
  expect(tally.recoveries['success 1 crash']).toMatchObject({ count: 1 });
  expect([tally.mttd, tally.mttr]).toEqual([
    { count: 1, seconds: 0.01 },
    { count: 1, seconds: 61 },
  ]);
});

test('an unreadable state begins anew, and a disk that refuses stops nothing', async () => {
  saved = 'torn';
  add(1, line('turn', 'answered'));
  const refuse = () => {
    throw new Error('ENOSPC');
  };
  const one = new MetricsFollower(folder, { read: file.read, write: refuse }, () => now);
  expect(countOf(await one.look(), 'turn answered')).toBe(1);
});

test('odd lines are counted by what they say: other order, escaped names, torn ones not at all', async () => {
  const other = JSON.stringify({ duration: 2, result: 'ok', metric: 'turn', timestamp: 1 });
  const torn = '{"timestamp":1,"metric":"turn","result":"ok","duration":1';
  add(1, `${other}\n`, line('a"b', 'c'), `${torn}\n`);
  const { records } = await follower().look();
  expect(Object.values(records)).toEqual([
    { metric: 'turn', result: 'ok', count: 1, seconds: 2 },
    { metric: 'a"b', result: 'c', count: 1, seconds: 0.5 },
  ]);
});

test('names without end do not fill the memory', async () => {
  add(1, ...Array.from({ length: 700 }, (_, index) => line(`m${index}`, 'x')));
  const { records } = await follower().look();
  expect(Object.keys(records)).toHaveLength(501);
  expect(records['other other']?.count).toBe(200);
});
