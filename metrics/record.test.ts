import { appendFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fileNameAt, MetricsWriter } from './record.ts';

const NOON = new Date(2026, 1, 3, 12).getTime();
let folder: string;
let now: number;
let writer: MetricsWriter;
const note = (result: string) => writer.record({ metric: 'recovery', result, duration: 1.5, tier: 1 });
const lines = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'nanoclaw-metrics-')), 'logs');
  now = NOON;
  writer = new MetricsWriter(folder, () => now);
});

describe('the metrics file', () => {
  it('holds one JSON object a line with the documented fields', () => {
    note('success');
    expect(JSON.parse(lines('metrics-2026-02-03.jsonl')[0] ?? '')).toEqual({
      timestamp: Math.floor(NOON / 1000),
      ts: new Date(NOON).toISOString(),
      metric: 'recovery',
      result: 'success',
      duration: 1.5,
      tier: 1,
    });
  });

  it('begins a new file each local day and moves the link with it', () => {
    note('one');
    now += 24 * 3600 * 1000;
    note('two');
    expect(lines('metrics-2026-02-03.jsonl')).toHaveLength(1);
    expect(lines('metrics-2026-02-04.jsonl')).toHaveLength(1);
    expect(readlinkSync(join(folder, 'metrics.jsonl'))).toBe('metrics-2026-02-04.jsonl');
  });

  it('ends the half line of a process that died, so that the next record is whole', () => {
    note('one');
    appendFileSync(join(folder, fileNameAt(now)), '{"timestamp":17');
    new MetricsWriter(folder, () => now).record({ metric: 'page', result: 'sent', duration: 0 });
    const [, torn, whole] = lines(fileNameAt(now));
    expect(torn).toBe('{"timestamp":17');
    expect(JSON.parse(whole ?? '')).toMatchObject({ metric: 'page' });
  });

  it('makes the folder again when it was removed', () => {
    note('one');
    rmSync(folder, { recursive: true });
    note('two');
    expect(lines(fileNameAt(now))).toHaveLength(1);
  });

  it('never fails its caller; what is lost is counted', () => {
    const blocked = new MetricsWriter('/dev/null/nowhere', () => now);
    blocked.record({ metric: 'recovery', result: 'success', duration: 0 });
    expect(blocked.lost).toBe(1);
  });

  it('shares the file with another process without leaving anything else behind', () => {
    note('one');
    new MetricsWriter(folder, () => now).record({ metric: 'turn', result: 'answered', duration: 1 });
    expect(lines('metrics.jsonl')).toHaveLength(2);
    expect(readdirSync(folder).sort()).toEqual(['metrics-2026-02-03.jsonl', 'metrics.jsonl']);
  });
});
