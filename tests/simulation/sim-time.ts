/**
 * Simulated time: what happens in the world and the supervisor's own timers, in order of their moments.
 *
 * Invariant: steady time never runs backwards. In a suspend the world stands still with everybody in it, while the
 * supervisor's timers come late: that is what it sees of it.
 */
import type { Clock } from '../../supervisor/ports/clock.ts';

type Entry = { at: number; order: number; isTimer: boolean; run: () => void; cancelled: boolean };

/** Some Saturday; nothing depends on it. */
const WALL_START = 1_750_000_000_000;

export class SimTime implements Clock {
  #now = 1_000_000;
  #wallShift = WALL_START;
  #order = 0;
  #heap: Entry[] = [];

  now = () => ({ mono: this.#now, wall: this.#now + this.#wallShift });

  get mono(): number {
    return this.#now;
  }

  after = (ms: number, run: () => void): (() => void) => {
    const entry = this.#add(ms, run, true);
    return () => {
      entry.cancelled = true;
    };
  };

  /** Something in the world happens `ms` from now. */
  later(ms: number, run: () => void): void {
    this.#add(ms, run, false);
  }

  jumpWall(ms: number): void {
    this.#wallShift += ms;
  }

  suspend(ms: number): void {
    this.#now += ms;
    for (const entry of this.#heap) if (!entry.isTimer) entry.at += ms;
    const entries = this.#heap;
    this.#heap = [];
    for (const entry of entries) this.#push(entry);
  }

  /** Runs everything that is due until then. */
  runUntil(end: number): void {
    for (let top = this.#heap[0]; top && top.at <= end; top = this.#heap[0]) {
      this.#pop();
      if (top.cancelled) continue;
      this.#now = Math.max(this.#now, top.at);
      top.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  #add(ms: number, run: () => void, isTimer: boolean): Entry {
    this.#order += 1;
    const at = this.#now + Math.max(0, ms);
    const entry = { at, order: this.#order, isTimer, run, cancelled: false };
    this.#push(entry);
    return entry;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      const entry = heap[child];
      if (entry === undefined || isBefore(last, entry)) break;
      heap[index] = entry;
      index = child;
    }
    heap[index] = last;
  }

  #earlierChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left && right && isBefore(right, left) ? 2 * index + 2 : 2 * index + 1;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
