/**
 * How much of the way out a group uses: connections at once, attempts a minute, bytes a day. Pure but for its clock.
 * Attempts above the limit are refused and only the first of a minute is recorded, so that a loop of them can
 * neither keep the host busy nor fill its disk with records.
 */
import type { EgressConfig } from '../../contracts/container-config.ts';
import { bytesPerDay } from '../../contracts/container-config.ts';
import { EgressRefused, operatorMay } from './refusal.ts';
import type { ByteCount } from './types.ts';

const MINUTE_MS = 60_000;
/** Ten a second: more than installing packages or loading pages needs. */
export const ATTEMPTS_PER_MINUTE = 600;

export type MeterOptions = { config(): EgressConfig; bytes: ByteCount; monotonic: () => number };

export type Admission = { refusal: EgressRefused | null; recorded: boolean };

export class Meter {
  #open = 0;
  #minute = 0;
  #attempts = 0;

  constructor(readonly options: MeterOptions) {}

  /** Counts an attempt. One without refusal is open until `close`. */
  open(): Admission {
    const attempts = this.#countAttempt();
    const refusal = attempts > ATTEMPTS_PER_MINUTE ? tooMany() : this.#findRefusal();
    if (refusal === null) this.#open += 1;
    return { refusal, recorded: attempts <= ATTEMPTS_PER_MINUTE + 1 };
  }

  close(): void {
    this.#open -= 1;
  }

  /** @returns whether more may pass */
  count(bytes: number): boolean {
    this.options.bytes.add(bytes);
    return this.#hasBytesLeft();
  }

  #countAttempt(): number {
    const minute = Math.floor(this.options.monotonic() / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#attempts = 0;
    }
    this.#attempts += 1;
    return this.#attempts;
  }

  #findRefusal(): EgressRefused | null {
    const { maxOpen, mbPerDay } = this.options.config();
    if (this.#open >= maxOpen) {
      const message = `This group has ${maxOpen} connections open, and no more at once.`;
      return new EgressRefused('too_many_open', `${message} ${operatorMay('egress.maxOpen')}`);
    }
    if (this.#hasBytesLeft()) return null;
    const message = `This group has used its ${mbPerDay} MB of today.`;
    return new EgressRefused('bytes_per_day', `${message} ${operatorMay('egress.mbPerDay')}`);
  }

  #hasBytesLeft(): boolean {
    const { config, bytes } = this.options;
    return bytes.today() < bytesPerDay(config());
  }
}

function tooMany(): EgressRefused {
  return new EgressRefused(
    'too_many_requests',
    `More than ${ATTEMPTS_PER_MINUTE} connections in this minute: wait for the next one.`,
  );
}
