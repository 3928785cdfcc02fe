/**
 * Counts of all records there ever were, as a monitoring system wants them: they only rise. Pure but for the object
 * that is filled.
 *
 * Invariant: the number of series is bounded, whatever stands in the files.
 */
import * as z from 'zod';
import { parseRecord, type StoredMetric } from './read.ts';

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

/** The three fields our writer puts behind the time, unless one holds a character that JSON escapes. */
const USUAL = /"metric":"([^"\\]*)","result":"([^"\\]*)","duration":(-?\d[\d.eE+-]*)[,}]/;

/**
 * Counts one line. Most are about few metrics and many times the same, so only recoveries, of which more is told,
 * and odd lines are parsed as a whole.
 */
export function addLine(tally: Tally, line: string): void {
  const [, metric, result, duration] = line.endsWith('}') ? (USUAL.exec(line) ?? []) : [];
  const isPlain = metric !== undefined && result !== undefined && metric !== 'recovery';
  if (isPlain) return count(tally.records, metric, result, Number(duration));
  const record = parseRecord(line);
  if (record !== null) addRecord(tally, record);
}

export function addRecord(tally: Tally, record: StoredMetric): void {
  count(tally.records, record.metric, record.result, record.duration);
  if (record.metric !== 'recovery') return;
  addRecovery(tally, record);
  addSeconds(tally.mttd, record.mttd);
  addSeconds(tally.mttr, record.mttr);
}

function count(records: Tally['records'], metric: string, result: string, seconds: number): void {
  const known = records[`${metric} ${result}`];
  if (known === undefined && !hasRoom(records, `${metric} ${result}`)) {
    return count(records, OTHER, OTHER, seconds);
  }
  const series = known ?? { metric, result, count: 0, seconds: 0 };
  series.count += 1;
  series.seconds += seconds;
  records[`${metric} ${result}`] = series;
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
  return (
    Object.hasOwn(series, key) || key === `${OTHER} ${OTHER}` || Object.keys(series).length < SERIES_LIMIT
  );
}

function addSeconds(sum: { count: number; seconds: number }, value: unknown): void {
  if (typeof value !== 'number') return;
  sum.count += 1;
  sum.seconds += value;
}
