import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAll, readBlocks } from './read.ts';
import { summarizeMetrics } from './summary.ts';

function folderWith(files: Record<string, string[]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-metrics-'));
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return folder;
}

const line = (timestamp: number, metric: string, result: string, labels: object = {}) =>
  JSON.stringify({ timestamp, metric, result, duration: 0, ...labels });

test('files are read oldest first, torn lines are skipped, an unfinished last line does not count', async () => {
  const folder = folderWith({
    'metrics-2026-03-02.jsonl': [line(3, 'a', 'ok')],
    'metrics-2026-03-01.jsonl': [line(1, 'a', 'ok'), '{"timestamp":2,"met', line(2, 'b', 'ok')],
  });
  appendFileSync(join(folder, 'metrics-2026-03-02.jsonl'), '{"timestamp":4');
  let text = '';
  for await (const { bytes } of readAll(folder)) text += bytes.toString();
  expect(text.match(/(?<="timestamp":)\d/g)).toEqual(['1', '2', '2', '3']);
  expect(await summarizeMetrics(folder)).toMatchObject({ from: 1, to: 3 });
});

test('the summary gives uptime, recoveries by result, tier and cause, and how fast they were', async () => {
  const recovery = (mttd: number, mttr: number) => ({ tier: 1, cause: 'crash', mttd, mttr });
  const folder = folderWith({
    'metrics-2026-03-01.jsonl': [
      ...[1, 2, 3].map((at) => line(at, 'http_check', 'ok')),
      line(4, 'http_check', 'not_ready'),
      line(5, 'recovery', 'success', recovery(0.01, 61)),
      line(6, 'recovery', 'success', recovery(0.03, 63)),
      line(7, 'page', 'sent'),
    ],
  });
  expect(await summarizeMetrics(folder)).toMatchObject({
    from: 1,
    to: 7,
    uptime: 0.75,
    recoveries: { total: 2, byResult: { success: 2 }, byTier: { '1': 2 }, byCause: { crash: 2 } },
    mttr: { count: 2, mean: 62, p50: 61, p90: 63 },
    pages: 1,
  });
});

test('a file is read on from where it was left, and one without a line end gives nothing', async () => {
  const folder = folderWith({ 'metrics-2026-03-01.jsonl': [line(1, 'a', 'ok'), line(2, 'b', 'ok')] });
  const path = join(folder, 'metrics-2026-03-01.jsonl');
  const ends = [];
  for await (const { end } of readBlocks(path)) ends.push(end);
  appendFileSync(path, `${line(3, 'c', 'ok')}\nhalf`);
  const rest = [];
  for await (const { bytes, end } of readBlocks(path, ends[0])) rest.push([bytes.toString(), end]);
  expect(rest).toEqual([[`${line(3, 'c', 'ok')}\n`, expect.any(Number)]]);
  writeFileSync(path, 'x'.repeat(2_000_000));
  for await (const _ of readBlocks(path)) throw new Error('no line has ended');
});

test("success is told per tier and per cause, a person's help counting against it", async () => {
  const recovery = (result: string, tier: number | null, cause: string) =>
    line(1, 'recovery', result, { tier, cause, mttd: 0, mttr: 1 });
  const folder = folderWith({
    'metrics-2026-03-01.jsonl': [
      recovery('success', 1, 'crash'),
      recovery('failed', 1, 'crash'),
      recovery('self_healed', null, 'not_ready'),
    ],
  });
  expect((await summarizeMetrics(folder)).recoveries).toMatchObject({
    successByTier: { '1': 0.5, none: 1 },
    successByCause: { crash: 0.5, not_ready: 1 },
  });
});

test('a metric is recognized wherever the field stands, and never inside another text', async () => {
  const other = JSON.stringify({ metric: 'page', timestamp: 1, result: 'sent', duration: 0 });
  const text = JSON.stringify({
    timestamp: 1,
    reason: '"metric":"page"',
    metric: 'x',
    result: 'y',
    duration: 0,
  });
  const folder = folderWith({ 'metrics-2026-03-01.jsonl': [other, text, line(1, 'pages', 'sent')] });
  expect((await summarizeMetrics(folder)).pages).toBe(1);
});

test('a folder that does not exist gives an empty summary', async () => {
  expect(await summarizeMetrics('/nonexistent/logs')).toMatchObject({ uptime: null, mttr: null, pages: 0 });
});
