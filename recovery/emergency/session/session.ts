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
import { createRedact } from '../../../contracts/redact.ts';
import type { DurableFile } from '../../../supervisor/ports/records.ts';
import type { EmergencyOutcome, Report } from '../../../supervisor/ports/report.ts';
import type { DeskParts } from '../parts.ts';
import type { Means } from '../sandbox/means.ts';
import { tmuxIn } from '../sandbox/tmux.ts';
import { TrialService } from '../trial/service.ts';
import { type TrialParts, undoTrial } from '../trial/try-fix.ts';
import { VerbServer } from '../verbs/server.ts';
import { createVerbs } from '../verbs/verbs.ts';
import { endProcess } from './end-process.ts';
import { type Ending, endingOf } from './ending.ts';
import { addLearning } from './learnings.ts';
import { placesOf } from './places.ts';
import { type Order, prepareSession, writeLaunch } from './prepare.ts';
import { freshSession, type SessionState } from './state.ts';
import { symptomOf } from './symptom.ts';
import { Transcript } from './transcript.ts';
import { readEnd, type Stop, watchSession } from './watch.ts';
import { type Way, waysToModel } from './ways.ts';

export type SessionParts = {
  desk: DeskParts;
  means: Means;
  order: Order;
  file: DurableFile;
  report: (event: Report) => void;
};

/** What ended a way, and whether the next one may be tried. */
type Leg = { ending: Ending } | { stop: Exclude<Stop, 'exited'> };

export class Session {
  readonly #over = new AbortController();
  #state: SessionState;
  #endsNow = false;

  constructor(readonly parts: SessionParts) {
    const { desk, order } = parts;
    this.#state = freshSession(order.incident, desk.clock.now().wall, order.limitSeconds);
  }

  /** @param known the state of this very session when a former supervisor began it */
  async run(known: SessionState | null): Promise<void> {
    const { desk, order } = this.parts;
    if (known !== null) this.#state = known;
    const adopts = known !== null && known.process !== null;
    if (known !== null) await undoTrial(this.#trial(), this.#over.signal);
    if (!adopts) {
      this.#save({});
      await prepareSession(desk, this.#places(), order);
    }
    const verbs = new VerbServer(this.#verbs());
    try {
      const last = await this.#legs(verbs, adopts);
      if ('stop' in last && last.stop === 'let_go' && !this.#endsNow) return;
      await this.#settle(last);
    } finally {
      await verbs.stop();
    }
  }

  /** A session of another incident that nobody follows any more. */
  async endLeftOver(known: SessionState): Promise<void> {
    const { desk, means } = this.parts;
    if (known.process !== null) await endProcess(desk, known.process);
    await tmuxIn(means.tmux, placesOf(desk.paths, known.incident, known.leg).tmuxFolder).end();
    const own = this.#state;
    this.#state = known;
    await undoTrial(this.#trial(known.incident), this.#over.signal);
    this.#state = own;
  }

  /** @param ends also ends its processes; otherwise they go on */
  async letGo(ends: boolean): Promise<void> {
    this.#endsNow = ends;
    this.#over.abort();
  }

  async #legs(verbs: VerbServer, adopts: boolean): Promise<Leg> {
    await verbs.listen(this.#places().verbsSocket);
    const { desk } = this.parts;
    const ways = waysToModel(desk.settings(), desk.clock.now().wall);
    if (adopts) {
      const way = ways.find(({ name }) => name === this.#state.way);
      const leg = await this.#follow(verbs, way ?? null);
      if (!this.#mayGoOn(leg)) return leg;
    }
    let last: Leg = {
      ending: { kind: 'broken', detail: 'there is no sign-in, no key and no proxy to reach a model' },
    };
    for (const way of ways) {
      if (this.#state.failedWays.some((failed) => failed.way === way.name)) continue;
      await this.#launch(way);
      last = await this.#follow(verbs, way);
      if (!this.#mayGoOn(last)) return last;
    }
    return last;
  }

  /** Takes down that this way does not serve. */
  #mayGoOn(leg: Leg): boolean {
    if ('stop' in leg || leg.ending.kind !== 'no_way' || this.#state.way === null) return false;
    const { why, detail } = leg.ending;
    const failed = { way: this.#state.way, reason: `${why}: ${detail}` };
    this.parts.desk.log.warn(`emergency session: ${failed.way} does not serve (${why})`);
    this.#save({ failedWays: [...this.#state.failedWays, failed], process: null });
    return true;
  }

  async #launch(way: Way): Promise<void> {
    const { desk, means } = this.parts;
    const shape = way.credential.kind === 'oauth' ? 'sk-ant-oat01-' : 'sk-ant-api03-';
    const placeholder = { kind: way.credential.kind, value: `${shape}emergency-${desk.newToken()}` };
    this.#save({ leg: this.#state.leg + 1, way: way.name, placeholder, process: null });
    const places = this.#places();
    const limitSeconds = Math.max(1, (this.#state.deadline - desk.clock.now().wall) / 1000);
    writeLaunch(desk, places, { means, placeholder, model: way.model, limitSeconds });
    const tmux = tmuxIn(means.tmux, places.tmuxFolder);
    await tmux.end(); // a server of a former session would be asked instead of a new one
    await this.#openForwarder(way);
    const pid = await tmux.start(places.launchScript);
    this.#save({ process: { pid, birth: desk.process.birthOf(pid) } });
    const detail = `${way.name}; watch it with: nanoclaw attach`;
    this.parts.report({ kind: 'emergency_begun', incident: this.parts.order.incident, detail });
  }

  #forwarder: { stop(): Promise<void> } | null = null;

  async #openForwarder({ baseUrl, credential }: Way): Promise<void> {
    const { placeholder } = this.#state;
    if (placeholder === null) return;
    await this.#forwarder?.stop();
    const socketPath = this.#places().brokerSocket;
    this.#forwarder = await this.parts.desk.startForwarder({ socketPath, placeholder, baseUrl, credential });
  }

  /** Watches the run of the present way to its end; nothing of it is left then, unless the supervisor lets go. */
  async #follow(verbs: VerbServer, way: Way | null): Promise<Leg> {
    const { desk, means } = this.parts;
    const { process: running, deadline } = this.#state;
    if (running === null) return { ending: { kind: 'broken', detail: 'it was never started' } };
    if (way !== null && this.#forwarder === null) await this.#openForwarder(way);
    const places = this.#places();
    const transcript = new Transcript(places.transcript);
    const stop = await watchSession({
      ...{ clock: desk.clock, process: desk.process, running, places, transcript, deadline },
      silentSeconds: desk.limits.silentSeconds,
      isBusy: () => verbs.isBusy,
      isNeeded: () => desk.around.view.openIncidents().some(({ id }) => id === this.parts.order.incident),
      signal: this.#over.signal,
    });
    const leavesIt = stop === 'let_go' && !this.#endsNow;
    if (!leavesIt) await endProcess(desk, running);
    await this.#forwarder?.stop();
    this.#forwarder = null;
    if (leavesIt) return { stop };
    await tmuxIn(means.tmux, places.tmuxFolder).end();
    const { code, progress, errors } = readEnd(places, transcript);
    this.#count(progress.turns, progress.result?.total_cost_usd ?? 0);
    return stop === 'exited' ? { ending: endingOf(code, progress.result, errors) } : { stop };
  }

  #count(turns: number, costUsd: number): void {
    const { spent } = this.#state;
    this.#save({ spent: { turns: spent.turns + turns, costUsd: spent.costUsd + costUsd } });
  }

  async #settle(last: Leg): Promise<void> {
    // A verb may still be at work for a client that is gone.
    this.#over.abort();
    await undoTrial(this.#trial(), new AbortController().signal);
    const { order, report } = this.parts;
    const { kept, remedies, tries, spent, failedWays, fix, openedAt } = this.#state;
    const outcome: EmergencyOutcome = kept > 0 || remedies > 0 ? 'done' : 'failed';
    const ended = 'stop' in last ? `it was ended: ${STOPPED[last.stop]}` : `it ended: ${last.ending.detail}`;
    const found = kept > 0 ? `fixed ${fix.join(', ')}` : `${tries} fixes tried, none kept`;
    const ways = failedWays.map(({ way, reason }) => `${way} ${reason}`);
    const redact = createRedact(this.parts.desk.settings().secrets);
    const detail = redact([found, ended, ...ways].join('; ')).slice(0, 600);
    this.#save({ process: null, over: { outcome, detail } });
    if (kept > 0) this.#learn();
    const seconds = (this.parts.desk.clock.now().wall - openedAt) / 1000;
    report({
      ...{ kind: 'emergency_result', incident: order.incident, outcome, detail },
      figures: { seconds, costUsd: spent.costUsd, turns: spent.turns, tries },
    });
  }

  #learn(): void {
    const { order, desk } = this.parts;
    const redact = createRedact(desk.settings().secrets);
    addLearning(desk.paths.learnings, {
      at: desk.clock.now().wall,
      incident: order.incident,
      symptom: redact(symptomOf(order)),
      cause: order.cause,
      fix: `changed ${this.#state.fix.join(', ')}`,
      proof: `${desk.limits.goodLooks} good looks in a row`,
    });
  }

  #verbs() {
    const { desk, order } = this.parts;
    const redact = createRedact(desk.settings().secrets);
    const { paths, around, clock } = desk;
    return createVerbs({
      trial: this.#trial(),
      evidence: { paths, around, incident: order.incident, redact },
      remedies: around.remedies,
      audit: this.#places().audit,
      redact,
      clock,
      signal: this.#over.signal,
    });
  }

  #trial(incident = this.parts.order.incident): TrialParts {
    const { desk, report } = this.parts;
    const { clock, around, limits } = desk;
    return {
      desk,
      places: placesOf(desk.paths, incident, this.#state.leg),
      service: new TrialService({ incident, clock, around, limits, report }),
      state: () => this.#state,
      save: (change) => this.#save(change),
    };
  }

  #places() {
    return placesOf(this.parts.desk.paths, this.parts.order.incident, this.#state.leg);
  }

  #save(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    this.parts.file.write(JSON.stringify(this.#state));
  }
}

const STOPPED: Record<Exclude<Stop, 'exited'>, string> = {
  time: 'its time was up',
  silent: 'it said nothing for too long',
  disk: 'it wrote too much',
  unneeded: 'the incident was over',
  let_go: 'the supervisor was told to end',
};
