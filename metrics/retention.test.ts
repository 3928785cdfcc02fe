import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expiredFiles, removeExpired } from './retention.ts';

const NOW = new Date(2026, 2, 15, 3).getTime();

test.each([
  ['metrics-2026-03-15.jsonl', 'today', false],
  ['metrics-2026-03-02.jsonl', 'the fourteenth day', false],
  ['metrics-2026-03-01.jsonl', 'the day before that', true],
  ['metrics-2031-01-01.jsonl', 'a day to come', false],
  ['metrics.jsonl', 'the link to today', false],
  ['routing-metrics.jsonl', 'another file', false],
])('%s, %s: removed %s', (name, _what, removed) => {
  expect(expiredFiles([name], NOW)).toEqual(removed ? [name] : []);
});

test('only expired metric files are removed, and a missing folder is no error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nanoclaw-metrics-'));
  for (const name of ['metrics-2026-02-01.jsonl', 'metrics-2026-03-14.jsonl', 'nanoclaw.log'])
    writeFileSync(join(folder, name), '');
  expect(await removeExpired(folder, NOW)).toEqual(['metrics-2026-02-01.jsonl']);
  expect(readdirSync(folder).sort()).toEqual(['metrics-2026-03-14.jsonl', 'nanoclaw.log']);
  expect(await removeExpired('/nonexistent', NOW)).toEqual([]);
});
