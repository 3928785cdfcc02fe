/**
 * A gateway session: it numbers what is dispatched and keeps it for a RESUME. Invariant: sequence numbers rise by one,
 * and everything after the client's last one can be sent again for as long as the session is known.
 */
import type { GatewayEvent } from './events.ts';

export type Dispatch = { op: 0; s: number } & GatewayEvent;

export class Session {
  readonly #kept: Dispatch[] = [];

  constructor(
    readonly id: string,
    readonly intents: number,
  ) {}

  get sequence(): number {
    return this.#kept.length;
  }

  add(event: GatewayEvent): Dispatch {
    const dispatch: Dispatch = { op: 0, s: this.#kept.length + 1, ...event };
    this.#kept.push(dispatch);
    return dispatch;
  }

  /** Null when the client claims more than there was. */
  after(sequence: number): readonly Dispatch[] | null {
    return sequence > this.sequence ? null : this.#kept.slice(sequence);
  }
}
