/** A supervisor's core on a fake clock: events in, actions out, deadlines run as they come. For tests only. */
import type { Action, ActionKind, ActionOf } from '../../contracts/action.ts';
import type { ComponentHealth, Standstill } from '../../contracts/health.ts';
import type { IncidentEvent } from '../../contracts/incident.ts';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import type { SignalCode } from '../../contracts/signal.ts';
import { nextDeadline } from './deadline.ts';
import { decide } from './decide.ts';
import type { EmergencyOutcome, EventBody } from './event.ts';
import type { Policy } from './policy.ts';
import type { Service, ServiceKind } from './service.ts';
import { freshState, type OpenIncident, type State } from './state.ts';

export const POLICY: Policy = {
  hang: { limitSeconds: 10 },
  health: { intervalSeconds: 5, timeoutSeconds: 2, failures: 3, recheckMs: 250 },
  start: { stuckSeconds: 60 },
  stop: { killAfterSeconds: 3, drainSeconds: 35 },
  restart: { backoffSeconds: [0, 1, 2, 5, 10, 30, 60], jitter: 0.2, budget: 5, windowSeconds: 300 },
  unanswered: { idleSeconds: 300, busySeconds: null },
  remedy: { limitSeconds: 1200 },
  emergency: { limitSeconds: 1800, perDay: 3, apartSeconds: 3600 },
  stableSeconds: 60,
  flap: { count: 3, windowSeconds: 3600, calmSeconds: 1800, digestSeconds: 3600 },
  notices: { on: true, fromTier: 2 },
  deployLimitSeconds: 7200,
  page: { repeatSeconds: [1800, 7200, 21_600] },
  adoptSeconds: 2,
};

/** Wall clock ahead of the steady one by this much, so that mixing them up shows. */
const WALL_OFFSET = 1_700_000_000_000;

export class Timeline {
  at = 1000;
  state: State;
  actions: Action[] = [];
  /** Pid of the next start; every ordered start succeeds unless `starts` is false. */
  nextPid = 100;
  starts = true;
  /** What `/readyz` says; null = the answer never comes. */
  health: 'ok' | 'bad' | null = 'ok';
  components: ComponentHealth[] = [];
  standstill: Standstill | undefined = { folder: 'main', idleMs: null, attempt: null };
  /** What every remedy, and every session, says at once; null = they go on working. */
  remedies: RemedyOutcome['kind'] | null = 'failed';
  session: EmergencyOutcome | null = 'unavailable';
  beating = true;

  constructor(state?: State) {
    this.state = state ?? freshState(this.at);
  }

  tell(...events: EventBody[]): Action[] {
    const before = this.actions.length;
    for (const event of events) this.#tellOne(event);
    return this.actions.slice(before);
  }

  #tellOne(event: EventBody): void {
    const now = { mono: this.at, wall: WALL_OFFSET + this.at };
    const { state, steps } = decide(this.state, { ...event, now, chance: 0.5 }, POLICY);
    this.state = state;
    for (const step of steps) this.#carryOut(step);
  }

  #carryOut(step: Action): void {
    this.actions.push(step);
    if (step.kind === 'start_process' && this.starts) {
      this.tell({ kind: 'started', pid: this.nextPid, birth: `b${this.nextPid}` });
      this.nextPid += 1;
    }
    if (step.kind === 'check_health' && this.health !== null) this.#answer(step.pid, this.health);
    if (step.kind === 'run_remedy' && this.remedies !== null) {
      const { incident, remedy } = step;
      this.tell({ kind: 'remedy_result', incident, remedy, outcome: { kind: this.remedies, detail: '' } });
    }
    if (step.kind === 'start_emergency' && this.session !== null) {
      const { incident } = step;
      this.tell({ kind: 'emergency_result', incident, outcome: this.session, detail: 'as the test says' });
    }
  }

  #answer(pid: number, health: 'ok' | 'bad'): void {
    const ok = health === 'ok';
    const outcome = ok ? { kind: 'ok' as const } : { kind: 'not_ready' as const, reason: 'phase' };
    const { components, standstill } = this;
    const report = { components, ...(standstill ? { standstill } : {}) };
    this.tell({ kind: 'probe_result', pid, outcome, durationMs: 1, report });
  }

  /** A probe's looks, one a minute. */
  look(code: SignalCode, state: 'bad' | 'good', times = 1, target: string | null = null): Action[] {
    const before = this.actions.length;
    for (let time = 0; time < times; time += 1) {
      this.tell({ kind: 'signal_seen', code, target, state, detail: code });
      this.pass(60);
    }
    return this.actions.slice(before);
  }

  /** The only open incident. */
  get incident(): OpenIncident | null {
    if (this.state.incidents.length > 1) throw new Error('several incidents are open');
    return this.state.incidents[0] ?? null;
  }

  /** Lets time pass: beats come every half second, deadlines when they are due. */
  pass(seconds: number): Action[] {
    const before = this.actions.length;
    const end = this.at + seconds * 1000;
    for (let beatAt = this.at + 500; this.at < end; ) {
      const due = Math.max(this.at, nextDeadline(this.state, POLICY) ?? Infinity);
      this.at = Math.min(due, beatAt, end);
      if (this.at === beatAt) {
        this.#beat();
        beatAt += 500;
      }
      if (this.at === due) this.tell({ kind: 'tick' });
    }
    return this.actions.slice(before);
  }

  #beat(): void {
    const { service } = this.state;
    if (!this.beating || !('process' in service) || service.process === null) return;
    const { pid } = service.process;
    this.tell({ kind: 'beat', pid, phase: 'ready', progress: 1, loopDelayMs: 1, rssBytes: 2 ** 26 });
  }

  /** Boots and waits until it is up. */
  up(): this {
    this.tell({ kind: 'boot', resumed: false, processAlive: false });
    this.hello();
    this.pass(2);
    return this;
  }

  hello(): void {
    const { pid } = this.process;
    this.tell({ kind: 'hello', pid, birth: `b${pid}`, startId: `s${pid}`, version: '1' });
  }

  crash(code: number | null = 1): Action[] {
    const { pid } = this.process;
    return this.tell({ kind: 'child_exited', pid, code, signal: code === null ? 'SIGKILL' : null });
  }

  get process() {
    const { service } = this.state;
    if (!('process' in service) || service.process === null)
      throw new Error(`no process while ${service.kind}`);
    return service.process;
  }

  get kind(): ServiceKind {
    return this.state.service.kind;
  }

  of<K extends ActionKind>(kind: K, actions: readonly Action[] = this.actions): ActionOf<K>[] {
    return actions.filter((action): action is ActionOf<K> => action.kind === kind);
  }

  /** Every incident event so far. */
  events(): IncidentEvent[] {
    return this.of('append_incident').flatMap(({ events }) => events);
  }

  metrics(name: string) {
    return this.of('record_metric')
      .map(({ entry }) => entry)
      .filter(({ metric }) => metric === name);
  }
}

/** One service state of each kind, about process 7. */
export function sampleService(kind: ServiceKind): Service {
  const since = 1000;
  const process = {
    pid: 7,
    birth: 'b7',
    startId: 's7',
    since,
    heardAt: since,
    progressAt: since,
    beatsOwed: true,
    pulse: { phase: 'ready' as const, progress: 1, loopDelayMs: 1, rssBytes: 1 },
    refused: null,
  };
  const samples: { [K in ServiceKind]: Extract<Service, { kind: K }> } = {
    down: { kind: 'down', since, dueAt: 5000, reason: 'crash' },
    spawning: { kind: 'spawning', since, orphanUntil: 3000 },
    starting: { kind: 'starting', since, process, check: 2000 },
    up: { kind: 'up', since, process, check: 2000, goodAt: since },
    unhealthy: {
      kind: 'unhealthy',
      since,
      process,
      check: 2000,
      goodAt: since,
      failures: 2,
      onlyParts: false,
      reason: 'store',
    },
    stopping: {
      kind: 'stopping',
      since,
      process,
      reason: 'x',
      killAt: 4000,
      next: { kind: 'start', dueAt: since, byHand: false },
    },
    draining: { kind: 'draining', since, process, bye: true, killAt: 9000 },
    stopped: { kind: 'stopped', since, by: 'operator' },
    held: { kind: 'held', since, process: null, check: null, why: 'spent', reason: 'crash' },
  };
  return samples[kind];
}
