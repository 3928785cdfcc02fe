/**
 * Lets each probe look at its own pace. A look has a deadline, two looks of one probe never overlap, and one that
 * fails or hangs holds up no other.
 */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/records.ts';
import type { Probe, Sighting } from './codes.ts';

/** Every probe asks one file or one neighbour; none needs this long, milliseconds. */
const LOOK_LIMIT_MS = 10_000;

export type RoundsParts = {
  probes: readonly Probe[];
  clock: Clock;
  /** What every interval is multiplied by. */
  pace: number;
  tell: (sighting: Sighting) => void;
  log: Log;
};

export class Rounds {
  #cancels = new Map<Probe, () => void>();
  #looking = new Set<Promise<void>>();
  /** One a look: a signal that lives as long as the supervisor would gather listeners. */
  #limits = new Set<AbortController>();
  #stopped = false;

  constructor(readonly parts: RoundsParts) {}

  /** Every probe looks at once, then at its own pace. */
  start(): void {
    for (const probe of this.parts.probes) this.#begin(probe);
  }

  /** Nothing is told afterwards. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const limit of this.#limits) limit.abort();
    for (const cancel of this.#cancels.values()) cancel();
    await Promise.all(this.#looking);
  }

  #begin(probe: Probe): void {
    const look = this.#look(probe).finally(() => {
      this.#looking.delete(look);
      if (this.#stopped) return;
      this.#cancels.set(
        probe,
        this.parts.clock.after(probe.intervalMs * this.parts.pace, () => this.#begin(probe)),
      );
    });
    this.#looking.add(look);
  }

  async #look(probe: Probe): Promise<void> {
    const { clock, tell, log } = this.parts;
    const limit = new AbortController();
    const cancel = clock.after(LOOK_LIMIT_MS, () => limit.abort());
    this.#limits.add(limit);
    try {
      const sightings = await Promise.race([probe.look(limit.signal), rejected(limit.signal)]);
      if (!this.#stopped) sightings.forEach(tell);
    } catch (error) {
      if (!this.#stopped) log.warn(`the probe ${probe.name} could not look: ${String(error)}`);
    } finally {
      cancel();
      this.#limits.delete(limit);
    }
  }
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('it took too long'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
