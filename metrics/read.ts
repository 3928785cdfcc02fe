/** Reads the dated metric files as a stream: oldest first, one record at a time, torn lines skipped. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A record as it lies on disk. */
export type StoredMetric = {
  timestamp: number;
  metric: string;
  result: string;
  duration: number;
  [label: string]: string | number | boolean | null;
};

export type ReadOptions = {
  /** Only these metrics; lines of others are not even parsed. */
  metrics?: readonly string[];
  /** Only the files of this local date (`YYYY-MM-DD`) or later. */
  since?: string;
};

const DATED = /^metrics-(\d{4}-\d{2}-\d{2})\.jsonl$/;
/** Big reads keep the cost per line low; a few of them are all that is held. */
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** @returns nothing when the folder does not exist */
export async function* readMetrics(folder: string, options: ReadOptions = {}): AsyncGenerator<StoredMetric> {
  for (const file of await metricsFiles(folder, options.since)) yield* readMetricsFile(file, options);
}

export async function metricsFiles(folder: string, since = ''): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // no folder yet: nothing was recorded yet
  return names
    .filter((name) => (DATED.exec(name)?.[1] ?? '') > '' && name >= `metrics-${since}`)
    .sort()
    .map((name) => join(folder, name));
}

export async function* readMetricsFile(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<StoredMetric> {
  const needles = options.metrics?.map((name) => `"metric":"${name}"`);
  for await (const block of wholeLines(path)) yield* parseBlock(block, needles);
}

function* parseBlock(block: string, needles: string[] | undefined): Generator<StoredMetric> {
  let start = 0;
  for (let end = block.indexOf('\n'); end !== -1; end = block.indexOf('\n', start)) {
    const line = block.slice(start, end);
    start = end + 1;
    if (needles && !needles.some((needle) => line.includes(needle))) continue;
    const record = parseRecord(line);
    if (record) yield record;
  }
}

export function parseRecord(line: string): StoredMetric | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null; // torn by a crash or a full disk
  }
}

function isRecord(value: unknown): value is StoredMetric {
  if (typeof value !== 'object' || value === null) return false;
  const { timestamp, metric, result, duration } = value as Partial<StoredMetric>;
  return (
    typeof timestamp === 'number' &&
    typeof metric === 'string' &&
    typeof result === 'string' &&
    typeof duration === 'number'
  );
}

/**
 * All files as blocks of whole lines, for those who count without parsing every line. Each byte is one character
 * (decoding UTF-8 would take most of the time), so only ASCII fields read true.
 */
export async function* readBlocks(folder: string, since?: string): AsyncGenerator<string> {
  for (const file of await metricsFiles(folder, since)) yield* wholeLines(file, 'latin1');
}

/** The whole lines of a block about one metric; the others are not even cut out. */
export function* linesAbout(block: string, metric: string): Generator<string> {
  const needle = `"metric":"${metric}"`;
  for (let hit = block.indexOf(needle); hit !== -1; ) {
    const end = block.indexOf('\n', hit);
    const line = block.slice(block.lastIndexOf('\n', hit) + 1, end);
    if (line.startsWith('{') && line.endsWith('}')) yield line;
    hit = block.indexOf(needle, end);
  }
}

/** Blocks of text that end with a newline; an unfinished last line counts as torn. */
async function* wholeLines(path: string, encoding: BufferEncoding = 'utf8'): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    yield Buffer.concat([rest, chunk.subarray(0, end)]).toString(encoding);
    rest = chunk.subarray(end);
  }
}
