/** Removes what has been kept long enough. The supervisor alone deletes metric files; both processes write them. */
import { KEPT_DAYS, removeExpired } from '../metrics/retention.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/records.ts';
import type { Companion } from './ports/view.ts';

/** Looked at once an hour, so that a supervisor that is restarted every night still gets to it. */
const EVERY_MS = 3_600_000;

export type HousekeepingParts = { folder: string; clock: Clock; log: Log };

export class Housekeeping implements Companion {
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(readonly parts: HousekeepingParts) {}

  start(): void {
    if (this.#stopped) return;
    void this.#tidy();
    this.#cancel = this.parts.clock.after(EVERY_MS, () => this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #tidy(): Promise<void> {
    const { folder, clock, log } = this.parts;
    const removed = await removeExpired(folder, clock.now().wall);
    if (removed.length > 0) log.info(`removed metrics older than ${KEPT_DAYS} days: ${removed.join(', ')}`);
  }
}
