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
import type { DurableFile } from '../../../supervisor/ports/records.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import type { DeskParts } from '../parts.ts';
import type { Means } from '../sandbox/means.ts';
import { tmuxIn } from '../sandbox/tmux.ts';
import { undoTrial } from '../trial/try-fix.ts';
import { VerbServer } from '../verbs/server.ts';
import { endProcess } from './end-process.ts';
import { type HandsParts, type Trial, trialOf, verbsOf } from './hands.ts';
import { addLearning } from './learnings.ts';
import { SessionMemory } from './memory.ts';
import { outcomeOf } from './outcome.ts';
import { placesOf } from './places.ts';
import { type Order, prepareSession } from './prepare.ts';
import type { SessionState } from './state.ts';
import { symptomOf } from './symptom.ts';
import { type RunEnd, WayRun } from './way-run.ts';
import { waysToModel } from './ways.ts';

export type SessionParts = {
  desk: DeskParts;
  means: Means;
  order: Order;
  file: DurableFile;
  report: (event: Report) => void;
};

/** Longest text an incident should hold, characters. */
const DETAIL_LIMIT = 600;

export class Session {
  readonly #over = new AbortController();
  readonly #memory: SessionMemory;
  readonly #redact: Redact;
  #endsNow = false;

  /** @param state a fresh one, or that of this very session when a former supervisor began it */
  constructor(
    readonly parts: SessionParts,
    state: SessionState,
  ) {
    this.#memory = new SessionMemory(parts.file, state);
    this.#redact = createRedact(parts.desk.settings().secrets);
  }

  async run(): Promise<void> {
    const { desk, order } = this.parts;
    await undoTrial(this.#trial(), this.#over.signal);
    const adopts = this.#memory.state.process !== null;
    if (!adopts) {
      this.#memory.save({});
      await prepareSession(desk, this.#places(), order);
    }
    const verbs = new VerbServer(verbsOf(this.#hands(), this.#redact, this.#over.signal));
    try {
      await verbs.listen(this.#places().verbsSocket);
      const last = await this.#tryWays(this.#wayRun(verbs), adopts);
      if ('stop' in last && last.stop === 'let_go' && !this.#endsNow) return;
      await this.#settle(last);
    } finally {
      await verbs.stop();
    }
  }

  /** Ends what is left of it, when its incident is not asked for any more. */
  async abandon(): Promise<void> {
    const { desk, means } = this.parts;
    const { process: running } = this.#memory.state;
    if (running !== null) await endProcess(desk, running);
    await tmuxIn(means.tmux, this.#places().tmuxFolder).end();
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
    const { state } = this.#memory;
    const ways = waysToModel(desk.settings(), desk.clock.now().wall);
    let last: RunEnd = { ending: { kind: 'broken', detail: 'there is no way to a model left' } };
    if (adopts) {
      last = await run.follow(ways.find(({ name }) => name === state.way) ?? null);
      if (!this.#mayGoOn(last)) return last;
    }
    for (const way of ways) {
      if (this.#memory.state.failedWays.some((failed) => failed.way === way.name)) continue;
      await run.launch(way);
      last = await run.follow(way);
      if (!this.#mayGoOn(last)) return last;
    }
    return last;
  }

  /** Whether the next way may be tried: only when this one does not serve, which is taken down. */
  #mayGoOn(end: RunEnd): boolean {
    const { way, failedWays } = this.#memory.state;
    if ('stop' in end || end.ending.kind !== 'no_way' || way === null) return false;
    const { why, detail } = end.ending;
    this.parts.desk.log.warn(`emergency session: ${way} does not serve (${why})`);
    this.#memory.save({ failedWays: [...failedWays, { way, reason: `${why}: ${detail}` }], process: null });
    return true;
  }

  async #settle(last: RunEnd): Promise<void> {
    const { order, report, desk } = this.parts;
    // A verb may still be at work for a client that is gone.
    this.#over.abort();
    await undoTrial(this.#trial(), new AbortController().signal, true);
    const { outcome, detail: whole } = outcomeOf(this.#memory.state, last);
    const detail = this.#redact(whole).slice(0, DETAIL_LIMIT);
    this.#memory.save({ process: null, over: { outcome, detail } });
    const { kept, tries, spent, openedAt } = this.#memory.state;
    if (kept > 0) this.#learn();
    const seconds = (desk.clock.now().wall - openedAt) / 1000;
    const figures = { seconds, costUsd: spent.costUsd, turns: spent.turns, tries };
    report({ kind: 'emergency_result', incident: order.incident, outcome, detail, figures });
  }

  #learn(): void {
    const { order, desk } = this.parts;
    addLearning(desk.paths.learnings, {
      at: desk.clock.now().wall,
      incident: order.incident,
      symptom: this.#redact(symptomOf(order)),
      cause: order.cause,
      fix: `changed ${this.#memory.state.fix.join(', ')}`,
      proof: `${desk.limits.goodLooks} good looks in a row`,
    });
  }

  #wayRun(verbs: VerbServer): WayRun {
    const { desk, means, order, report } = this.parts;
    return new WayRun({
      ...{ desk, means, report, memory: this.#memory, incident: order.incident },
      isBusy: () => verbs.isBusy,
      signal: this.#over.signal,
      endsNow: () => this.#endsNow,
    });
  }

  #hands(): HandsParts {
    const { desk, report, order } = this.parts;
    return { desk, report, incident: order.incident, memory: this.#memory };
  }

  #trial(): Trial {
    return trialOf(this.#hands());
  }

  #places() {
    return placesOf(this.parts.desk.paths, this.#memory.state);
  }
}
