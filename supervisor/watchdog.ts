/**
 * Lets systemd watch the supervisor: `READY=1` once it works, then `WATCHDOG=1` at half of WatchdogSec, each time
 * only after a look at its own loop. What is not well is not fed, and systemd starts a new supervisor.
 */
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/records.ts';
import type { Notify } from './process/sd-notify.ts';

export type WatchdogParts = {
  notify: Notify;
  /** WatchdogSec, milliseconds; null = systemd does not watch. */
  limitMs: number | null;
  /** What is wrong with the supervisor itself, null when nothing is. */
  ownTrouble: () => string | null;
  clock: Clock;
  log: Log;
};

export class Watchdog {
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(readonly parts: WatchdogParts) {}

  /** To be called when the supervisor has started. */
  async start(): Promise<void> {
    await this.#tell('READY=1');
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #arm(): void {
    const { limitMs, clock } = this.parts;
    if (limitMs === null || this.#stopped) return;
    this.#cancel = clock.after(limitMs / 2, () => void this.#feed());
  }

  async #feed(): Promise<void> {
    const trouble = this.parts.ownTrouble();
    if (trouble === null) await this.#tell('WATCHDOG=1');
    else this.parts.log.error(`the supervisor is not well and asks to be replaced: ${trouble}`);
    this.#arm();
  }

  async #tell(words: string): Promise<void> {
    try {
      await this.parts.notify(words);
    } catch (error) {
      this.parts.log.warn(`systemd could not be told ${words}: ${String(error)}`);
    }
  }
}

/** WATCHDOG_USEC as systemd sets it, in milliseconds; null when it does not watch this process. */
export function watchdogLimit(environment: NodeJS.ProcessEnv): number | null {
  const microseconds = Number(environment.WATCHDOG_USEC);
  return microseconds > 0 ? microseconds / 1000 : null;
}
