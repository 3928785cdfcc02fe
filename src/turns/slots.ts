/**
 * Turn slots: at most `MAX_CONCURRENT_CONTAINERS` turns run at once. Scheduled tasks go before messages; among
 * equals, who waits longest goes first, and a group asks for one slot at a time, so none starves.
 */

export type Urgency = 'task' | 'message';

type Waiting = { urgency: Urgency; grant(): void };

export class Slots {
  #free: number;
  #queue: Waiting[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** @returns true when a slot is ours (give it back with `release`), false when the signal came first */
  acquire(urgency: Urgency, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = () => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        resolve(false);
      };
      const grant = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const waiting = { urgency, grant };
      this.#queue.push(waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  release(): void {
    const next = this.#queue.find(({ urgency }) => urgency === 'task') ?? this.#queue[0];
    if (!next) {
      this.#free += 1;
      return;
    }
    this.#queue = this.#queue.filter((other) => other !== next);
    next.grant();
  }

  get waiting(): number {
    return this.#queue.length;
  }
}
