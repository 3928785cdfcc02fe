/**
 * One live agent and its rest between turns.
 *
 *   at work ──rest──▶ resting ──work──▶ at work
 *                       └── idle for long, and its group is not expected ──▶ onIdle
 */
import type { Clock } from '../clock.ts';
import type { OpenAgent } from './open-agent.ts';

export type Rest = {
  clock: Clock;
  /** Milliseconds; asked again after each. */
  idleMs: number;
  /** Whether its group is expected to ask again soon. */
  isWanted(): boolean;
  onIdle(): void;
};

export class LiveAgent {
  #idleSince: number | null = null;
  #cancel: () => void = () => undefined;

  constructor(readonly open: OpenAgent) {}

  get agent() {
    return this.open.agent;
  }

  /** Monotonic milliseconds since when it has no turn; null while it works. */
  get idleSince(): number | null {
    return this.#idleSince;
  }

  work(): void {
    this.#cancel();
    this.#idleSince = null;
  }

  rest(rest: Rest): void {
    this.#idleSince = rest.clock.monotonic();
    this.#watch(rest);
  }

  /** It ends: nothing more is heard of its rest. */
  forget(): void {
    this.#cancel();
  }

  #watch(rest: Rest): void {
    this.#cancel();
    this.#cancel = rest.clock.after(rest.idleMs, () => (rest.isWanted() ? this.#watch(rest) : rest.onIdle()));
  }
}
