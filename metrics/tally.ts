/**
 * Counts of all records there ever were, as a monitoring system wants them: they only rise. Pure but for the object
 * that is filled.
 *
 * Invariant: the number of series is bounded, whatever stands in the files.
 */
import { z } from 'zod';
import type { StoredMetric } from './read.ts';

const sumSchema = z.object({ count: z.number(), seconds: z.number() });
const seriesSchema = sumSchema.extend({ metric: z.string(), result: z.string() });
const recoverySchema = z.object({
  result: z.string(),
  tier: z.string(),
  cause: z.string(),
  count: z.number(),
});

export const tallySchema = z.object({
  /** By metric and result. */
  records: z.record(z.string(), seriesSchema),
  recoveries: z.record(z.string(), recoverySchema),
  mttd: sumSchema,
  mttr: sumSchema,
});
export type Tally = z.infer<typeof tallySchema>;

/** Far more than the product has; beyond it, records are counted under one name. */
const SERIES_LIMIT = 500;
const OTHER = 'other';

export function emptyTally(): Tally {
  return {
    records: {},
    recoveries: {},
    mttd: { count: 0, seconds: 0 },
    mttr: { count: 0, seconds: 0 },
  };
}

export function addToTally(tally: Tally, record: StoredMetric): void {
  addRecord(tally, record);
  if (record.metric !== 'recovery') return;
  addRecovery(tally, record);
  addSeconds(tally.mttd, record.mttd);
  addSeconds(tally.mttr, record.mttr);
}

function addRecord({ records }: Tally, { metric, result, duration }: StoredMetric): void {
  const labels = hasRoom(records, `${metric} ${result}`)
    ? { metric, result }
    : { metric: OTHER, result: OTHER };
  const key = `${labels.metric} ${labels.result}`;
  const series = records[key] ?? { ...labels, count: 0, seconds: 0 };
  records[key] = { ...series, count: series.count + 1, seconds: series.seconds + duration };
}

function addRecovery({ recoveries }: Tally, record: StoredMetric): void {
  const { result } = record;
  const [tier, cause] = [String(record.tier ?? 'none'), String(record.cause ?? 'unknown')];
  const key = `${result} ${tier} ${cause}`;
  if (!hasRoom(recoveries, key)) return;
  const series = recoveries[key] ?? { result, tier, cause, count: 0 };
  recoveries[key] = { ...series, count: series.count + 1 };
}

function hasRoom(series: Record<string, unknown>, key: string): boolean {
  return Object.hasOwn(series, key) || Object.keys(series).length < SERIES_LIMIT;
}

function addSeconds(sum: { count: number; seconds: number }, value: unknown): void {
  if (typeof value !== 'number') return;
  sum.count += 1;
  sum.seconds += value;
}
