/** What an operator asks of the metrics: uptime, how fast faults are seen and healed, which tier healed them. */
import { linesAbout, parseRecord, readBlocks, type StoredMetric } from './read.ts';

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
  };
  /** Seconds; null when nothing was recovered. */
  mttd: Spread | null;
  mttr: Spread | null;
  pages: number;
};

type Tally = {
  summary: Summary;
  good: number;
  mttd: number[];
  mttr: number[];
};

/** @param since local date `YYYY-MM-DD`; older files are not read */
export async function summarizeMetrics(folder: string, since?: string): Promise<Summary> {
  const tally = emptyTally();
  for await (const block of readBlocks(folder, since)) addBlock(tally, block);
  return finish(tally);
}

function emptyTally(): Tally {
  const recoveries = { total: 0, byResult: {}, byTier: {}, byCause: {} };
  const span = { from: null, to: null, uptime: null, checks: 0, pages: 0 };
  return { summary: { ...span, recoveries, mttd: null, mttr: null }, good: 0, mttd: [], mttr: [] };
}

function addBlock(tally: Tally, block: string): void {
  // Checks are by far the most records: counted by their text, in the order our writer gives the fields, never cut out.
  tally.summary.checks += occurrences(block, '"metric":"http_check"');
  tally.good += occurrences(block, '"metric":"http_check","result":"ok"');
  for (const record of recordsAbout(block, 'recovery')) addRecovery(tally, record);
  for (const record of recordsAbout(block, 'page')) if (record.result === 'sent') tally.summary.pages += 1;
  extend(tally.summary, block.slice(0, TIMESTAMP_LENGTH));
  extend(tally.summary, block.slice(block.lastIndexOf('\n', block.length - 2) + 1));
}

function occurrences(block: string, text: string): number {
  let found = 0;
  for (let at = block.indexOf(text); at !== -1; at = block.indexOf(text, at + text.length)) found += 1;
  return found;
}

/** Enough of a line for the time at its begin. */
const TIMESTAMP_LENGTH = 40;
/** Our writer puts it first. */
const TIMESTAMP = /^\{"timestamp":(\d+)/;

function* recordsAbout(block: string, metric: string): Generator<StoredMetric> {
  for (const line of linesAbout(block, metric)) {
    const record = parseRecord(line);
    if (record) yield record;
  }
}

function extend(summary: Summary, line: string): void {
  const found = TIMESTAMP.exec(line)?.[1];
  if (found === undefined) return; // torn
  const timestamp = Number(found);
  summary.from = summary.from === null ? timestamp : Math.min(summary.from, timestamp);
  summary.to = summary.to === null ? timestamp : Math.max(summary.to, timestamp);
}

function addRecovery(tally: Tally, record: StoredMetric): void {
  const { recoveries } = tally.summary;
  recoveries.total += 1;
  count(recoveries.byResult, record.result);
  count(recoveries.byTier, String(record.tier ?? 'none'));
  count(recoveries.byCause, String(record.cause ?? 'unknown'));
  if (typeof record.mttd === 'number') tally.mttd.push(record.mttd);
  if (typeof record.mttr === 'number') tally.mttr.push(record.mttr);
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function finish({ summary, good, mttd, mttr }: Tally): Summary {
  const uptime = summary.checks === 0 ? null : good / summary.checks;
  return { ...summary, uptime, mttd: spread(mttd), mttr: spread(mttr) };
}

function spread(values: number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { count: sorted.length, mean: sum / sorted.length, p50: rank(0.5), p90: rank(0.9) };
}
