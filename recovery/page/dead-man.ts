/**
 * The dead-man's switch: an outside service is asked every minute, and rings when that stops. It stops when this
 * process is dead or stuck, when the machine is off or without network, and when a page waits for a person:
 * then no webhook may have worked, and the outside service is the last one that can ring.
 */
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { Log } from '../../supervisor/ports/records.ts';
import type { Companion } from '../../supervisor/ports/view.ts';
import { exchange, troubleOf } from './exchange.ts';

export const DEADMAN_MS = 60_000;
const TIMEOUT_MS = 15_000;

export type DeadManParts = {
  /** `NANOCLAW_DEADMAN_URL`; null = off. A setting, so it is asked each time. */
  address: () => string | null;
  isWell: () => boolean;
  clock: Clock;
  log: Log;
};

export class DeadMan implements Companion {
  #cancel: () => void = () => undefined;
  #stopped = false;
  #failed = false;

  constructor(readonly parts: DeadManParts) {}

  start(): void {
    void this.#ping();
    this.#cancel = this.parts.clock.after(DEADMAN_MS, () => this.#stopped || this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #ping(): Promise<void> {
    const address = this.parts.address();
    if (address === null || !this.parts.isWell()) return;
    const trouble = await ask(new URL(address));
    if (trouble !== null && !this.#failed) this.parts.log.warn(`the dead-man ping failed: ${trouble}`);
    this.#failed = trouble !== null;
  }
}

/** Null when all went well. */
async function ask(url: URL): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { status } = await exchange({ method: 'GET', url, body: null, signal });
    return status < 400 ? null : `HTTP ${status}`;
  } catch (error) {
    return troubleOf(error).reason;
  }
}
