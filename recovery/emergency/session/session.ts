/**
 * One session from its first to its last process.
 *
 *   prepare ──▶ way 1 ──no way──▶ way 2 ──no way──▶ way 3 ──no way──▶ failed
 *                 │ anything else
 *                 ▼
 *            put back what was being tried ──▶ done (a fix or remedy was proved) | failed
 *
 * Invariant: every step is in the state file before it is taken.
 */
import { createRedact, type Redact } from '../../../contracts/redact.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { DeskParts } from '../parts.ts';
import type { SessionSandbox } from '../sandbox/session-sandbox.ts';
import { undoTrial } from '../trial/try-fix.ts';
import { VerbServer } from '../verbs/server.ts';
import { type HandsParts, type Trial, trialOf, verbsOf } from './hands.ts';
import type { SessionMemory } from './memory.ts';
import { placesOf } from './places.ts';
import { type Order, prepareSession } from './prepare.ts';
import { settleSession } from './settle.ts';
import { type RunEnd, WayRun } from './way-run.ts';
import { waysToModel } from './ways.ts';

export type SessionParts = {
  desk: DeskParts;
  sandbox: SessionSandbox;
  order: Order;
  /** A fresh one, or that of this very session when a former supervisor began it. */
  memory: SessionMemory;
  report: (event: Report) => void;
};

export class Session {
  readonly #over = new AbortController();
  readonly #redact: Redact;
  #endsNow = false;

  constructor(readonly parts: SessionParts) {
    this.#redact = createRedact(parts.desk.settings().secrets);
  }

  async run(): Promise<void> {
    const { desk, order } = this.parts;
    await undoTrial(this.#trial(), this.#over.signal);
    const adopts = this.parts.memory.state.process !== null;
    if (!adopts) {
      this.parts.memory.save({ sandbox: this.parts.sandbox.kind });
      const { symptom } = this.parts.memory.state;
      await prepareSession(desk, this.#places(), { order, symptom });
    }
    const verbs = new VerbServer(verbsOf(this.#hands(), this.#redact, this.#over.signal));
    try {
      await verbs.listen(this.#places().verbsSocket);
      const last = await this.#tryWays(this.#wayRun(verbs), adopts);
      if ('stop' in last && last.stop === 'let_go' && !this.#endsNow) return;
      // A verb may still be at work for a client that is gone.
      this.#over.abort();
      await settleSession({ ...this.#hands(), order: this.parts.order, redact: this.#redact }, last);
    } finally {
      await verbs.stop();
    }
  }

  /** Ends what is left of it, when its incident is not asked for any more. */
  async abandon(): Promise<void> {
    await this.parts.sandbox.end(this.#places(), this.parts.memory.state.process);
    await undoTrial(this.#trial(), this.#over.signal, true);
  }

  /** @param ends also ends its processes; otherwise they go on */
  letGo(ends: boolean): void {
    this.#endsNow = ends;
    this.#over.abort();
  }

  /** The ways one after the other, until one serves. */
  async #tryWays(run: WayRun, adopts: boolean): Promise<RunEnd> {
    const { desk } = this.parts;
    const { state } = this.parts.memory;
    const ways = waysToModel(desk.settings(), desk.clock.now().wall);
    let last: RunEnd = { ending: { kind: 'broken', detail: 'there is no way to a model left' } };
    if (adopts) {
      last = await run.follow(ways.find(({ name }) => name === state.way) ?? null);
      if (!this.#mayGoOn(last)) return last;
    }
    for (const way of ways) {
      if (this.parts.memory.state.failedWays.some((failed) => failed.way === way.name)) continue;
      await run.launch(way);
      last = await run.follow(way);
      if (!this.#mayGoOn(last)) return last;
    }
    return last;
  }

  /** Whether the next way may be tried: only when this one does not serve, which is taken down. */
  #mayGoOn(end: RunEnd): boolean {
    const { way, failedWays } = this.parts.memory.state;
    if ('stop' in end || end.ending.kind !== 'no_way' || way === null) return false;
    const { why, detail } = end.ending;
    this.parts.desk.log.warn(`emergency session: ${way} does not serve (${why})`);
    this.parts.memory.save({
      failedWays: [...failedWays, { way, reason: this.#redact(`${why}: ${detail}`) }],
      process: null,
    });
    return true;
  }

  #wayRun(verbs: VerbServer): WayRun {
    const { desk, sandbox, order, report } = this.parts;
    return new WayRun({
      ...{ desk, sandbox, report, memory: this.parts.memory, incident: order.incident },
      isBusy: () => verbs.isBusy,
      signal: this.#over.signal,
      endsNow: () => this.#endsNow,
    });
  }

  #hands(): HandsParts {
    const { desk, report, order } = this.parts;
    return { desk, report, incident: order.incident, memory: this.parts.memory };
  }

  #trial(): Trial {
    return trialOf(this.#hands());
  }

  #places() {
    return placesOf(this.parts.desk.paths, this.parts.memory.state);
  }
}
