/** An agent of which the test plays the runner. */

import type { Doing } from '../../contracts/link.ts';
import type { RunResult, StopCause, TurnEnd, TurnOrder, TurnWork } from '../../src/agents/run.ts';
import { settle } from './settle.ts';

export class FakeAgent {
  orders: TurnOrder[] = [];
  offers: Array<{ turn: string; messages: string[] }> = [];
  interrupted: string[] = [];
  stopped = false;
  doing: Doing | null = null;
  /** What it is stopped for when it has the time to say that its turn failed. */
  cause: StopCause | null = null;
  #sink: (work: TurnWork) => Promise<void> = async () => undefined;
  #over: (result: RunResult) => void = () => undefined;
  kill = async (_graceMs = 0, cause: StopCause | null = null) => {
    this.stopped = true;
    this.die(cause);
  };

  run(order: TurnOrder, sink: (work: TurnWork) => Promise<void>): Promise<RunResult> {
    this.orders.push(order);
    this.#sink = sink;
    return new Promise((resolve) => {
      this.#over = resolve;
    });
  }

  offer(turn: string, input: { messages: string[] }): void {
    this.offers.push({ turn, messages: input.messages });
  }

  interrupt(turn: string): void {
    this.interrupted.push(turn);
  }

  get turn(): string {
    return this.orders.at(-1)?.context.turn ?? '';
  }

  async say(work: Record<string, unknown>): Promise<void> {
    await this.#sink({ seq: 1, turn: this.turn, ...work } as unknown as TurnWork);
  }

  async end(final: string | null, more: Partial<TurnEnd> = {}): Promise<void> {
    const ordinal = this.orders.at(-1)?.firstOrdinal ?? 1;
    const end = {
      type: 'end',
      seq: 9,
      turn: this.turn,
      outcome: 'done',
      final: final === null ? null : { ordinal, text: final },
      error: null,
      session: { id: 's1', lastAssistant: 'a1' },
      usage: null,
      ...more,
    } as TurnEnd;
    await this.#sink(end);
    this.#over({ kind: 'ended', end, cause: this.cause });
    await settle();
  }

  fail = (code: NonNullable<TurnEnd['error']>['code']) =>
    this.end(null, { outcome: 'failed', error: { code, text: code } });

  /** @param cause what we stopped it for; null when it died by itself */
  die(cause: StopCause | null = null, oomKilled = false): void {
    const exit = { code: 137, signal: 'SIGKILL', oomKilled, detail: 'killed' };
    this.#over({ kind: 'gone', exit, cause });
  }
}
