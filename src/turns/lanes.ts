/** The lanes of all groups: finds the lane of a message, resumes what was left, drains all at the end. */
import type { Standstill } from '../../contracts/health.ts';
import type { Group } from '../store/groups.ts';
import type { Turn } from '../store/turns.ts';
import { Lane, type LaneDeps } from './lane.ts';
import { findStandstill } from './standstill.ts';

/** Running turns get this long to end when the process is asked to stop, milliseconds. */
export const DRAIN_LIMIT_MS = 30_000;

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  #open = false;
  #stopped = false;
  readonly #since: number;

  constructor(readonly deps: LaneDeps) {
    this.#since = deps.clock.monotonic();
  }

  /**
   * Opens the lanes: turns that a former process left first, then whatever else is unanswered. Until then messages
   * are only stored: a turn opened before would stand beside an unfinished one of its group.
   * @param unfinished read before the first message could come in, so that no turn of this process is among them
   */
  start(unfinished: readonly Turn[], groups: readonly Group[]): void {
    if (this.#stopped) return;
    this.#open = true;
    for (const turn of unfinished) this.#lane(turn.folder).resume(turn);
    for (const folder of new Set(groups.map((group) => group.folder))) this.wake(folder);
  }

  wake(folder: string): void {
    if (this.#open) this.#lane(folder).wake();
  }

  /** A person wants the group's running turn ended; that is on record already. */
  stopTurn(folder: string): void {
    this.#lanes.get(folder)?.stopTurn();
  }

  /** What each group works on at this moment. */
  turns(): Turn[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.turn ?? []);
  }

  /** Turns that run at this moment. */
  get active(): number {
    return [...this.#lanes.values()].filter((lane) => lane.isRunning).length;
  }

  standstill(): Standstill {
    const { clock, store } = this.deps;
    const now = clock.now();
    const waiting = store.questions.waiting().map(({ folder, at }) => ({ folder, ageMs: now - at }));
    const views = [...this.#lanes.values()].map((lane) => lane.view);
    return findStandstill(waiting, views, clock.monotonic() - this.#since);
  }

  /** Resolves when every running turn has ended; what is left after the caller's patience is resumed at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#open = false;
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
