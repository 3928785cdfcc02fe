/** Holds every deed of the supervisor against what is really so, and against what people have asked for. */
import type { MetricEntry, PageNotice } from '../../contracts/action.ts';
import { EXIT } from '../../contracts/exit-codes.ts';
import type { RemedyName } from '../../contracts/remedy.ts';
import type { EventBody } from '../../supervisor/decide/event.ts';
import { couldHelp } from '../../supervisor/decide/signals.ts';
import { type OpenIncident, type State, serviceIncident } from '../../supervisor/decide/state.ts';
import type { Host } from './host.ts';
import { CURED_BY_RESTART } from './truth.ts';

/** What people want at the moment, by their own orders. */
export type Intent = {
  /** Steady time; null = not paused. */
  pausedUntil: number | null;
  pausedAt: number;
  isStopped: boolean;
  /** When somebody last ordered a start. */
  orderedAt: number;
};

/** A remedy's room or a restart that was under way may end shortly after people spoke. */
const AFTERWARDS_MS = 40_000;
/** Two budgets of tier 1, and a few starts after remedies, by people and by supervisors that died. */
const STORM = 22;
const STORM_WINDOW_MS = 600_000;

export class Judge {
  readonly intent: Intent = { pausedUntil: null, pausedAt: 0, isStopped: false, orderedAt: -Infinity };
  onPage: (incident: string) => void = () => undefined;
  #state: State | null = null;
  /** Pids somebody has asked to end, and whom a kill may therefore follow. */
  #starts: number[] = [];
  #ending = new Set<number>();
  /** Incidents that were looked at. */
  readonly #known = new Set<string>();
  /** Records of stops since the last look. */
  #stops = 0;

  constructor(readonly host: Host) {}

  get isPaused(): boolean {
    const { pausedUntil } = this.intent;
    return pausedUntil !== null && this.#now < pausedUntil;
  }

  /** A new supervisor: what the last one was about to do is not known to it. */
  forget(): void {
    this.#state = null;
  }

  record({ metric }: MetricEntry): void {
    if (metric === 'operator_stop') this.#stops += 1;
  }

  /** Whatever the core believes after an event must hang together. */
  look(state: State, event: EventBody): void {
    this.#lookAtStop(state);
    this.#lookAtExit(state, event);
    this.#lookAtCrashes(state);
    this.#state = state;
    for (const incident of state.incidents) this.#lookAtIncident(incident);
    if (state.incidents.length < 2) return;
    const { violations } = this.host;
    const covering = state.incidents.filter(({ coversService }) => coversService).length;
    violations.check(covering <= 1, 'one incident covers the service', () => `${covering}`);
    const acting = state.incidents.filter(({ step }) => step.kind === 'remedy' || step.kind === 'emergency');
    violations.check(acting.length <= 1, 'one incident acts at a time', () => acting.map((i) => i.id).join());
    const ids = new Set(state.incidents.map(({ id }) => id));
    violations.check(ids.size === state.incidents.length, 'ids are unique', () => [...ids].join());
  }

  #lookAtStop({ service }: State): void {
    const before = this.#state?.service.kind ?? 'stopped';
    const isStop = service.kind === 'stopped' && before !== 'stopped';
    this.host.violations.check(!isStop || this.#stops > 0, 'a stop by people is on record', () => before);
    this.#stops = 0;
  }

  #lookAtExit({ service, budget }: State, event: EventBody): void {
    if (event.kind !== 'child_exited' || event.code !== EXIT.database) return;
    this.host.violations.check(
      budget.at(-1) !== this.#now,
      'no plain restart for a database that cannot be opened',
      () => service.kind,
    );
  }

  #lookAtCrashes({ incidents }: State): void {
    for (const { id, cause } of incidents) {
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      const isWanted = cause === 'crash' && this.host.lastEndBy === 'person';
      this.host.violations.check(!isWanted, 'a stop by people is no crash', () => id);
    }
  }

  #lookAtIncident({ id, root, step, flap, acknowledged }: OpenIncident): void {
    const { violations } = this.host;
    const isWaiting = acknowledged && flap !== null;
    violations.check(!isWaiting, 'who has seen to it waits for no calm', () => id);
    const fits = step.kind !== 'verify' || couldHelp(root.code, step.name);
    violations.check(fits, 'a cause is not verified by the answer to another', () => `${id} ${root.code}`);
  }

  start(): void {
    const { violations } = this.host;
    this.#starts = [...this.#starts.filter((at) => at > this.#now - STORM_WINDOW_MS), this.#now];
    violations.check(
      this.#starts.length <= STORM,
      'no storm of starts',
      () => `${this.#starts.length} in 10 min`,
    );
    const { intent } = this;
    const ordered = intent.orderedAt >= intent.pausedAt;
    violations.check(!this.isPaused || ordered, 'nothing starts in a pause', () => 'start');
    violations.check(!intent.isStopped, 'what was stopped on purpose stays down', () => 'start');
  }

  end(pid: number): void {
    const { host } = this;
    const process = host.alive?.pid === pid ? host.alive : null;
    if (process === null || process.asked === 'person' || this.#ending.has(pid)) return;
    this.#ending.add(pid);
    const ordered = this.#now - this.intent.orderedAt < AFTERWARDS_MS;
    if (ordered) return;
    host.violations.check(!this.isPaused, 'nothing is ended in a pause', () => `pid ${pid}`);
    const faults = [...host.truth.recent(), ...process.illnesses];
    const isCurable = faults.some((fault) => CURED_BY_RESTART.has(fault)) || this.#makesRoom();
    host.violations.check(isCurable, 'nothing healthy is restarted, nothing in vain', () => {
      const cause = this.#state && serviceIncident(this.#state)?.root.code;
      return `pid ${pid}, faults: ${faults.join()}, cause: ${cause}`;
    });
  }

  /** A remedy that works on files of the orchestrator may end it first. */
  #makesRoom(): boolean {
    const step = this.#state && serviceIncident(this.#state)?.step;
    return step?.kind === 'remedy';
  }

  remedy(running: number, name: RemedyName): void {
    const isStuck =
      this.host.alive?.illnesses.has('stuck_turn') || this.host.truth.recent().includes('stuck_turn');
    const isLawful = name !== 'stop_agent' || isStuck;
    this.host.violations.check(isLawful, 'a turn that works is left alone', () => name);
    this.host.violations.check(running === 0, 'one remedy at a time', () => `${running + 1}`);
    this.host.violations.check(!this.isPaused, 'no remedy in a pause', () => 'run_remedy');
  }

  page({ kind, incident }: PageNotice): void {
    const calls = kind === 'page' || kind === 'repage';
    if (kind === 'page') this.onPage(incident);
    // One that was decided before the pause is sent by the next supervisor.
    const isFresh = this.#now - this.intent.pausedAt > AFTERWARDS_MS;
    this.host.violations.check(
      !(calls && this.isPaused && isFresh),
      'nobody is called in a pause',
      () => incident,
    );
  }

  /** How long ago the last pause ended. */
  quietMs(): number {
    return this.#now - Math.min(this.#now, this.intent.pausedUntil ?? this.intent.pausedAt);
  }

  get #now(): number {
    return this.host.time.mono;
  }
}
