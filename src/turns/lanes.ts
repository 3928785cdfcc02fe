/** The lanes of all groups: finds the lane of a message, resumes what was left, drains all at the end. */
import type { Group } from '../store/groups.ts';
import { Lane, type LaneDeps } from './lane.ts';

/** Running turns get this long to end when the process is asked to stop, milliseconds. */
export const DRAIN_LIMIT_MS = 30_000;

export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  constructor(readonly deps: LaneDeps) {}

  /** At start: unfinished turns first, then whatever else is unanswered. */
  start(groups: readonly Group[]): void {
    for (const turn of this.deps.store.turns.running()) this.#lane(turn.folder).resume(turn);
    for (const folder of new Set(groups.map((group) => group.folder))) this.wake(folder);
  }

  wake(folder: string): void {
    this.#lane(folder).wake();
  }

  /** Turns that run at this moment. */
  get active(): number {
    return [...this.#lanes.values()].filter((lane) => lane.isRunning).length;
  }

  /** Resolves when every running turn has ended; what is left after the caller's patience is resumed at the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  #lane(folder: string): Lane {
    let lane = this.#lanes.get(folder);
    if (!lane) {
      lane = new Lane(folder, this.deps);
      this.#lanes.set(folder, lane);
    }
    return lane;
  }
}
