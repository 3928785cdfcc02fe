/**
 * Reads the dated metric files in blocks of whole lines, and finds a line's metric without parsing the line: most
 * records are only counted.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A record as it lies on disk. */
export type StoredMetric = {
  timestamp: number;
  metric: string;
  result: string;
  duration: number;
  [label: string]: string | number | boolean | null;
};

export type Block = {
  /** Whole lines, each with its newline; overwritten when the next block is asked for. */
  bytes: Buffer;
  /** Where the file goes on after this block, bytes from its begin. */
  end: number;
};

const DATED = /^metrics-(\d{4}-\d{2}-\d{2})\.jsonl$/;
/** Big reads keep the cost per line low; one is all that is held. A line longer than this is not ours. */
const BLOCK_BYTES = 512 * 1024;
const NEWLINE = 0x0a;

/** The local date (`YYYY-MM-DD`) of a metric file's name; null when it is none. */
export function dateOf(name: string): string | null {
  return DATED.exec(name)?.[1] ?? null;
}

/**
 * Names of the files, oldest first; none when the folder does not exist.
 * @param since local date; older files are left out
 */
export async function metricsFiles(folder: string, since = ''): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // no folder yet: nothing was recorded yet
  return names.filter((name) => (dateOf(name) ?? '') > '' && name >= `metrics-${since}`).sort();
}

/** All files as blocks. */
export async function* readAll(folder: string, since?: string): AsyncGenerator<Block> {
  for (const name of await metricsFiles(folder, since)) yield* readBlocks(join(folder, name));
}

/**
 * One file's whole lines; an unfinished last line is left for the next time. A file that is gone has none.
 * @param from where to begin, bytes; a line must begin there
 */
export async function* readBlocks(path: string, from = 0): AsyncGenerator<Block> {
  const file = await open(path).catch(() => null); // removed since the folder was read
  if (file === null) return;
  try {
    yield* blocksOf(file, from);
  } finally {
    await file.close();
  }
}

async function* blocksOf(file: FileHandle, from: number): AsyncGenerator<Block> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let kept = 0;
  let end = from;
  for (;;) {
    const { bytesRead } = await file.read(buffer, kept, BLOCK_BYTES - kept, end + kept);
    if (bytesRead === 0) return;
    const filled = kept + bytesRead;
    const whole = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    // A block without a newline is passed over as a whole: its line's end counts as a torn line.
    const done = whole === 0 && filled === BLOCK_BYTES ? filled : whole;
    end += done;
    if (whole > 0) yield { bytes: buffer.subarray(0, whole), end };
    buffer.copyWithin(0, done, filled);
    kept = filled - done;
  }
}

const METRIC = Buffer.from('"metric":"');
/** Where our writer puts the metric's name: behind `{"timestamp":1700000000,"ts":"2026-01-01T00:00:00.000Z",`. */
const USUAL_NAME_AT = 66;

/**
 * Calls back for each line that names a metric.
 * @param visit where the line begins, where the metric's name begins, where the line's newline stands
 */
export function visitLines(bytes: Buffer, visit: (start: number, name: number, end: number) => void): void {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    const name = nameIn(bytes, start, end);
    if (name !== -1) visit(start, name, end);
    start = end + 1;
  }
}

/** A quote inside a label's text is escaped, so the first place that looks like the field is the field. */
function nameIn(bytes: Buffer, start: number, end: number): number {
  const usual = start + USUAL_NAME_AT;
  if (usual < end && holds(bytes, usual - METRIC.length, METRIC)) return usual;
  const found = bytes.subarray(start, end).indexOf(METRIC);
  return found === -1 ? -1 : start + found + METRIC.length;
}

/** Whether these very bytes stand there; a plain loop beats a call into native code for so few. */
export function holds(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (bytes[at + index] !== wanted[index]) return false;
  }
  return true;
}

/** Null for a line that a crash or a full disk has torn. */
export function parseRecord(line: string): StoredMetric | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null; // torn
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
