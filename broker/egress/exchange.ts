/** The account of one exchange through the proxy: opened with the attempt, closed once, whichever way it ends. */
import type { Duplex, Readable } from 'node:stream';
import type { Meter } from './meter.ts';
import { EgressRefused } from './refusal.ts';
import type { Target } from './target.ts';
import type { EgressOptions, EgressRecord } from './types.ts';

/** Without a byte in either direction, milliseconds: longer than any keep-alive ping. */
const IDLE_LIMIT_MS = 5 * 60_000;

export type Passage = {
  client: Readable;
  upstream: Duplex & { setTimeout(ms: number, callback: () => void): unknown };
  /** Ends both sides at once. */
  cut(): void;
};

export class EgressExchange {
  #record: EgressRecord;
  #closed = false;
  #admitted = false;
  readonly #started: number;

  constructor(
    readonly options: EgressOptions,
    readonly meter: Meter,
    method: string,
  ) {
    this.#started = options.monotonic();
    this.#record = {
      ...{ group: options.group, turn: options.turn?.() ?? null, method: method.slice(0, 20) },
      ...{ host: '', port: 0, address: null },
      ...{ outcome: 'answered', code: null, bytesIn: 0, bytesOut: 0, durationSeconds: 0 },
    };
  }

  /** @throws EgressRefused when the group has no room for it now */
  admit({ host, port }: Target): void {
    Object.assign(this.#record, { host, port });
    const { refusal, recorded } = this.meter.open();
    this.#admitted = refusal === null;
    if (refusal === null) return;
    if (!recorded) this.#closed = true;
    throw refusal;
  }

  connected(address: string): void {
    this.#record.address = address;
  }

  /** Counts what passes, and holds the passage to the limits. */
  watch({ client, upstream, cut }: Passage): void {
    const end = (code: NonNullable<EgressRecord['code']>) => {
      this.close('cut', code);
      cut();
    };
    const pass = (direction: 'bytesIn' | 'bytesOut') => (chunk: Buffer) => {
      this.#record[direction] += chunk.length;
      if (!this.meter.count(chunk.length)) end('bytes_per_day');
    };
    client.on('data', pass('bytesIn'));
    upstream.on('data', pass('bytesOut'));
    upstream.setTimeout(IDLE_LIMIT_MS, () => end('idle'));
    const limit = setTimeout(() => end('too_long'), this.options.config().maxMinutes * 60_000);
    upstream.once('close', () => clearTimeout(limit));
  }

  /** What went wrong on the way to a connection; the same words go to the container. */
  refuse(error: EgressRefused): void {
    this.close(error.outcome, error.code);
  }

  close(outcome: EgressRecord['outcome'], code: EgressRecord['code'] = null): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#admitted) this.meter.close();
    const durationSeconds = (this.options.monotonic() - this.#started) / 1000;
    this.options.onExchange({ ...this.#record, outcome, code, durationSeconds });
  }
}

/** What the container is told of any failure: ours in our words, others without details of the host. */
export function asRefusal(error: unknown): EgressRefused {
  if (error instanceof EgressRefused) return error;
  return new EgressRefused('unreachable', 'The connection could not be made.', { cause: error });
}
