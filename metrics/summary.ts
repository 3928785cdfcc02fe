/** What an operator asks of the metrics: uptime, how fast faults are seen and healed, which tier healed them. */
import { holds, parseRecord, readAll, type StoredMetric, visitLines } from './read.ts';

export type Spread = { count: number; mean: number; p50: number; p90: number };

export type Summary = {
  /** Span of the records that were read, seconds since the epoch; null when there are none. */
  from: number | null;
  to: number | null;
  /** Share of health checks that were good, 0 to 1; null without checks. */
  uptime: number | null;
  checks: number;
  recoveries: {
    total: number;
    byResult: Record<string, number>;
    byTier: Record<string, number>;
    byCause: Record<string, number>;
    /** Share that was healed without a person, 0 to 1. */
    successByTier: Record<string, number>;
    successByCause: Record<string, number>;
  };
  /** Seconds; null when nothing was recovered. */
  mttd: Spread | null;
  mttr: Spread | null;
  pages: number;
};

type Tally = {
  summary: Summary;
  good: number;
  /** Recoveries that needed a person. */
  failed: { byTier: Record<string, number>; byCause: Record<string, number> };
  mttd: number[];
  mttr: number[];
};

/** @param since local date `YYYY-MM-DD`; older files are not read */
export async function summarizeMetrics(folder: string, since?: string): Promise<Summary> {
  const tally = emptyTally();
  for await (const { bytes } of readAll(folder, since)) addBlock(tally, bytes);
  return finish(tally);
}

function emptyTally(): Tally {
  const counts = { byResult: {}, byTier: {}, byCause: {}, successByTier: {}, successByCause: {} };
  const span = { from: null, to: null, uptime: null, checks: 0, pages: 0 };
  const summary = { ...span, recoveries: { total: 0, ...counts }, mttd: null, mttr: null };
  return { summary, good: 0, failed: { byTier: {}, byCause: {} }, mttd: [], mttr: [] };
}

// With the quote that ends a name, so that no longer name fits.
const CHECK = Buffer.from('http_check"');
const RECOVERY = Buffer.from('recovery"');
const PAGE = Buffer.from('page"');
/** In the order our writer gives the fields. */
const GOOD = Buffer.from(',"result":"ok"');
const BRACE = 0x7d;

/** Checks are by far the most records: counted where they stand, never cut out or parsed. */
function addBlock(tally: Tally, bytes: Buffer): void {
  const parse = (start: number, end: number) => parseRecord(bytes.toString('utf8', start, end));
  visitLines(bytes, (start, name, end) => {
    if (bytes[end - 1] !== BRACE) return; // torn
    if (holds(bytes, name, CHECK)) {
      tally.summary.checks += 1;
      if (holds(bytes, name + CHECK.length, GOOD)) tally.good += 1;
    } else if (holds(bytes, name, RECOVERY)) addRecovery(tally, parse(start, end));
    else if (holds(bytes, name, PAGE)) addPage(tally, parse(start, end));
  });
  extend(tally.summary, bytes.toString('latin1', 0, TIMESTAMP_LENGTH));
  const last = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  extend(tally.summary, bytes.toString('latin1', last, last + TIMESTAMP_LENGTH));
}

/** Enough of a line for the time at its begin. */
const TIMESTAMP_LENGTH = 40;
/** Our writer puts it first. */
const TIMESTAMP = /^\{"timestamp":(\d+)/;

function extend(summary: Summary, line: string): void {
  const found = TIMESTAMP.exec(line)?.[1];
  if (found === undefined) return; // torn
  const timestamp = Number(found);
  summary.from = summary.from === null ? timestamp : Math.min(summary.from, timestamp);
  summary.to = summary.to === null ? timestamp : Math.max(summary.to, timestamp);
}

function addPage(tally: Tally, record: StoredMetric | null): void {
  if (record?.result === 'sent') tally.summary.pages += 1;
}

function addRecovery(tally: Tally, record: StoredMetric | null): void {
  if (record === null) return;
  const { recoveries } = tally.summary;
  const [tier, cause] = [String(record.tier ?? 'none'), String(record.cause ?? 'unknown')];
  recoveries.total += 1;
  count(recoveries.byResult, record.result);
  count(recoveries.byTier, tier);
  count(recoveries.byCause, cause);
  if (record.result === 'failed') {
    count(tally.failed.byTier, tier);
    count(tally.failed.byCause, cause);
  }
  if (typeof record.mttd === 'number') tally.mttd.push(record.mttd);
  if (typeof record.mttr === 'number') tally.mttr.push(record.mttr);
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function finish({ summary, good, failed, mttd, mttr }: Tally): Summary {
  const { recoveries } = summary;
  return {
    ...summary,
    uptime: summary.checks === 0 ? null : good / summary.checks,
    recoveries: {
      ...recoveries,
      successByTier: shares(recoveries.byTier, failed.byTier),
      successByCause: shares(recoveries.byCause, failed.byCause),
    },
    mttd: spread(mttd),
    mttr: spread(mttr),
  };
}

function shares(all: Record<string, number>, failed: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(all).map(([key, total]) => [key, (total - (failed[key] ?? 0)) / total]),
  );
}

export function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { count: sorted.length, mean: sum / sorted.length, p50: rank(0.5), p90: rank(0.9) };
}
