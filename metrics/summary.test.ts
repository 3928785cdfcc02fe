import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMetrics } from './read.ts';
import { summarizeMetrics } from './summary.ts';

function folderWith(files: Record<string, string[]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-metrics-'));
  for (const [name, lines] of Object.entries(files))
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return folder;
}

const line = (timestamp: number, metric: string, result: string, labels: object = {}) =>
  JSON.stringify({ timestamp, metric, result, duration: 0, ...labels });

test('records come oldest file first, torn lines are skipped, an unfinished last line does not count', async () => {
  const folder = folderWith({
    'metrics-2026-03-02.jsonl': [line(3, 'a', 'ok')],
    'metrics-2026-03-01.jsonl': [line(1, 'a', 'ok'), '{"timestamp":2,"met', line(2, 'b', 'ok')],
  });
  appendFileSync(join(folder, 'metrics-2026-03-02.jsonl'), '{"timestamp":4');
  const seen = [];
  for await (const { timestamp } of readMetrics(folder)) seen.push(timestamp);
  expect(seen).toEqual([1, 2, 3]);
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

test('a folder that does not exist gives an empty summary', async () => {
  expect(await summarizeMetrics('/nonexistent/logs')).toMatchObject({ uptime: null, mttr: null, pages: 0 });
});
