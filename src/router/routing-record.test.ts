import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsFiles } from '../../metrics/read.ts';
import { MetricsWriter } from '../../metrics/record.ts';
import { type RoutingRecord, RoutingRecords } from './routing-record.ts';

const NOON = new Date(2026, 1, 3, 12).getTime();
const RECORD: RoutingRecord = {
  turn: 'turn1',
  group: 'main',
  tier: 'light',
  model: 'gpt-4o-mini',
  score: 5,
  reasons: ['arithmetic'],
  handover: null,
  latency: 1.2,
  tokens: 60,
  cost: 0,
  outcome: 'answered',
};

let folder: string;
let now: number;
let records: RoutingRecords;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-routing-'));
  now = NOON;
  records = new RoutingRecords(folder, () => now);
});
afterEach(() => {
  records.close();
  rmSync(folder, { recursive: true });
});

describe('routing-metrics.jsonl', () => {
  it('holds one line a message with the documented fields', () => {
    records.write(RECORD);
    const text = readFileSync(join(folder, 'routing-metrics.jsonl'), 'utf8');
    expect(JSON.parse(text)).toEqual({
      timestamp: Math.floor(NOON / 1000),
      ts: new Date(NOON).toISOString(),
      ...RECORD,
    });
  });

  it('begins a new file each day, and ends the half line of a process that died', () => {
    records.write(RECORD);
    appendFileSync(join(folder, 'routing-metrics-2026-02-03.jsonl'), '{"tier":"li');
    new RoutingRecords(folder, () => now).write(RECORD);
    now += 24 * 3600 * 1000;
    records.write(RECORD);
    const lines = readFileSync(join(folder, 'routing-metrics-2026-02-03.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ tier: 'light' });
    expect(readdirSync(folder).sort()).toEqual([
      'routing-metrics-2026-02-03.jsonl',
      'routing-metrics-2026-02-04.jsonl',
      'routing-metrics.jsonl',
    ]);
  });

  it('is no part of the metrics, though it lies beside them', async () => {
    records.write(RECORD);
    new MetricsWriter(folder, () => now).record({ metric: 'turn', result: 'answered', duration: 1 });
    expect(await metricsFiles(folder)).toEqual(['metrics-2026-02-03.jsonl']);
  });

  it('never fails its caller', () => {
    const blocked = new RoutingRecords('/dev/null/nowhere');
    blocked.write(RECORD);
    expect(blocked.lost).toBe(1);
  });
});
