/**
 * Lets a chat's messages in one after the other, and none while its gate is closed.
 *
 *   open ──connection lost, or a message could not be stored──▶ closed ──all missed ones are stored──▶ open
 *
 * Invariant that the search for missed messages rests on: no message is stored while an older one of its chat may be
 * missing. So the newest one on record always tells where to begin, also after a crash. What waits here is not
 * acknowledged; Slack allows an app 30,000 events an hour, so a few minutes of waiting fit into memory.
 */

/** The channel stops; the message was not stored and is not acknowledged. */
export class StoppedError extends Error {
  readonly code = 'SLACK_STOPPED';
}

type Gate = {
  tail: Promise<void>;
  waiting: number;
  closed: boolean;
  opened: Promise<void>;
  open: () => void;
};

export class Gates {
  readonly #gates = new Map<string, Gate>();
  #stopped = false;

  close(jid: string): void {
    const gate = this.#of(jid);
    if (gate.closed) return;
    gate.closed = true;
    gate.opened = new Promise((resolve) => {
      gate.open = resolve;
    });
  }

  open(jid: string): void {
    const gate = this.#of(jid);
    gate.closed = false;
    gate.open();
  }

  /** How many messages of a chat wait or are being stored. */
  waiting(jid: string): number {
    return this.#gates.get(jid)?.waiting ?? 0;
  }

  /**
   * Runs `store` when it is its turn and the gate is open.
   * @throws StoppedError; what `store` throws
   */
  enter<T>(jid: string, store: () => Promise<T>): Promise<T> {
    const gate = this.#of(jid);
    gate.waiting += 1;
    const entered = gate.tail.then(async () => {
      while (gate.closed && !this.#stopped) await gate.opened;
      if (this.#stopped) throw new StoppedError('the Slack channel stops');
      return store();
    });
    const leave = () => {
      gate.waiting -= 1;
    };
    gate.tail = entered.then(leave, leave);
    return entered;
  }

  /** Turns away who waits; resolves when those that were being stored are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const gate of this.#gates.values()) gate.open();
    await Promise.all([...this.#gates.values()].map((gate) => gate.tail));
  }

  #of(jid: string): Gate {
    const known = this.#gates.get(jid);
    if (known) return known;
    const none = Promise.resolve();
    const gate: Gate = { tail: none, waiting: 0, closed: false, opened: none, open: () => undefined };
    this.#gates.set(jid, gate);
    return gate;
  }
}
