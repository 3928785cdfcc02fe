/**
 * Turn slots: at most `MAX_CONCURRENT_CONTAINERS` turns run at once. Who waits longest goes first, and a group
 * asks for one slot at a time, so none starves.
 */
export class Slots {
  #free: number;
  #queue: Array<() => void> = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Resolves when a slot is ours; give it back with `release`. */
  acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  release(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free += 1;
  }

  get waiting(): number {
    return this.#queue.length;
  }
}
