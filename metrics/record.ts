/**
 * The metrics file: one JSON object a line in `logs/metrics-YYYY-MM-DD.jsonl` (local date), `metrics.jsonl` a link
 * to today's. Both processes append to it, each record with one write, so lines never mix.
 *
 * Invariant: recording never fails its caller. What could not be written is counted and said in `lost`.
 */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

/** Fields that records of any kind may have; further ones are labels of the metric's own. */
export type MetricFields = {
  metric: string;
  result: string;
  /** Seconds, measured on a monotonic clock. */
  duration: number;
  incident?: string;
  tier?: number;
  cause?: string;
  reason?: string;
  [label: string]: string | number | boolean | null | undefined;
};

/** A line as it stands in the file: `timestamp` in whole seconds since the epoch, `ts` the same in ISO 8601. */
export type MetricRecord = MetricFields & { timestamp: number; ts: string };

export const CURRENT_LINK = 'metrics.jsonl';

/** Name of the file that holds a moment's records, by the local date. */
export function fileNameAt(ms: number, stem = 'metrics'): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${stem}-${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}.jsonl`;
}

/** JSON lines in one file a day, `<stem>.jsonl` a link to today's. */
export class DatedLines {
  #file: { name: string; fd: number } | null = null;
  #lost = 0;

  constructor(
    readonly folder: string,
    readonly stem: string,
    readonly now: () => number = Date.now,
  ) {}

  /** Lines that could not be written, for example on a full disk. */
  get lost(): number {
    return this.#lost;
  }

  /** Writes the fields after `timestamp` and `ts`, all in one write. Never throws. @returns whether they are written */
  append(fields: object): boolean {
    const ms = this.now();
    const head = { timestamp: Math.floor(ms / 1000), ts: new Date(ms).toISOString() };
    try {
      appendFileSync(this.#open(fileNameAt(ms, this.stem)), `${JSON.stringify({ ...head, ...fields })}\n`);
      return true;
    } catch {
      // Full disk, missing folder, no permission: the service matters more than its record. Opened anew next time.
      this.#lost += 1;
      this.close();
      return false;
    }
  }

  close(): void {
    if (this.#file) closeSync(this.#file.fd);
    this.#file = null;
  }

  #open(name: string): number {
    if (this.#file?.name === name && fstatSync(this.#file.fd).nlink > 0) return this.#file.fd;
    this.close();
    mkdirSync(this.folder, { recursive: true });
    const fd = openSync(join(this.folder, name), 'a+', 0o644);
    this.#file = { name, fd };
    endHalfLine(fd);
    pointLink(this.folder, `${this.stem}.jsonl`, name);
    return fd;
  }
}

export class MetricsWriter {
  readonly #lines: DatedLines;

  constructor(
    readonly folder: string,
    readonly now: () => number = Date.now,
  ) {
    this.#lines = new DatedLines(folder, 'metrics', now);
  }

  /** Records that could not be written. */
  get lost(): number {
    return this.#lines.lost;
  }

  record(fields: MetricFields): void {
    this.#lines.append(fields);
  }

  close(): void {
    this.#lines.close();
  }
}

/** A process that died while it wrote leaves half a line: end it, so that only that record is lost. */
function endHalfLine(fd: number): void {
  const { size } = fstatSync(fd);
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  if (last[0] !== 0x0a) appendFileSync(fd, '\n');
}

/** Two processes may do this at once: each makes its own link and renames it into place. */
function pointLink(folder: string, current: string, name: string): void {
  const link = join(folder, current);
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === name) return;
  const fresh = `${link}.${process.pid}`;
  symlinkSync(name, fresh);
  renameSync(fresh, link);
}
