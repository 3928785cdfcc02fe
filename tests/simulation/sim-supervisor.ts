/**
 * One supervisor in the simulated world: the real engine around the (perhaps broken) core, executors that act on the
 * machine. It can be killed between any two steps; what it saved is what the next one knows.
 */
import type { Action } from '../../contracts/action.ts';
import type { decide } from '../../supervisor/decide/decide.ts';
import type { EventBody } from '../../supervisor/decide/event.ts';
import { processOf } from '../../supervisor/decide/service.ts';
import { freshState, type State } from '../../supervisor/decide/state.ts';
import { Engine } from '../../supervisor/engine.ts';
import type { HealingPolicy } from '../../supervisor/policy.ts';
import { stateSchema } from '../../supervisor/store/state-schema.ts';
import type { Host, Listener } from './host.ts';
import type { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { SessionDesk } from './session-desk.ts';
import { planRemedy } from './sim-remedies.ts';

/** Thrown through the engine: the supervisor dies here and now. */
class Killed extends Error {}

export type SimSupervisorParts = {
  host: Host;
  ledger: Ledger;
  judge: Judge;
  desk: SessionDesk;
  decide: typeof decide;
  policy: HealingPolicy;
  /** The state file; written out when it is read, which comes to the same as the core changes no state it has given. */
  disk: { saved: object | null };
  onDeath: () => void;
  /** Something durable is about to be done. */
  onStep: () => void;
};

const ROUTINE: ReadonlySet<Action['kind']> = new Set(['check_health', 'log', 'page_progress']);

/** The one record that must never be lost. */
function isPassing(action: Action): boolean {
  return action.kind === 'record_metric' && action.entry.metric !== 'recovery';
}

function saysEnd(action: Action): boolean {
  return action.kind === 'append_incident' && action.events.some(({ type }) => type === 'closed');
}

export class SimSupervisor implements Listener {
  isAlive = true;
  readonly children = new Set<number>();
  readonly watched = new Set<number>();
  readonly #engine: Engine;
  #remedies = 0;
  /** Steps left to live. */
  #killIn: number | null = null;
  #killAtEnd = false;

  constructor(readonly parts: SimSupervisorParts) {
    const { host, policy, disk } = parts;
    const saved = disk.saved === null ? null : stateSchema.parse(JSON.parse(JSON.stringify(disk.saved)));
    const clock = {
      now: host.time.now,
      after: (ms: number, run: () => void) => host.time.after(Math.ceil(ms), () => this.#live(run)),
    };
    this.#engine = new Engine(saved ?? freshState(host.time.mono), {
      clock,
      policy,
      chance: host.chance.next,
      decide: parts.decide,
      execute: (action) => this.#execute(action),
      onChange: (state, event) => parts.judge.look(state, event),
    });
    parts.judge.forget();
    host.attach(this);
    const known = saved && processOf(saved.service);
    const processAlive = known != null && host.alive?.pid === known.pid;
    const meant = known?.startId != null && host.meantEnds.has(known.startId);
    this.#live(() => this.#engine.boot({ resumed: saved !== null, processAlive, meant }));
  }

  get state(): State {
    return this.#engine.state;
  }

  report = (event: EventBody): void => {
    this.#live(() => this.#engine.handle(event));
  };

  killAfterSteps(steps: number): void {
    this.#killIn = steps;
  }

  killAtNextEnd(): void {
    this.#killAtEnd = true;
  }

  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#engine.stop();
    const { host, onDeath } = this.parts;
    if (host.process) host.process.connected = false;
    onDeath();
  }

  #live(run: () => void): void {
    if (!this.isAlive) return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.die();
    }
  }

  #execute(action: Action): void {
    const counts = !ROUTINE.has(action.kind) && !isPassing(action);
    if (counts) this.parts.onStep();
    if (counts && this.#killIn !== null) this.#killIn -= 1;
    if (counts && this.#killIn === 0) throw new Killed();
    this.#carryOut(action);
    if (this.#killAtEnd && saysEnd(action)) throw new Killed();
  }

  #carryOut(action: Action): void {
    const { host, ledger, judge, desk, disk } = this.parts;
    switch (action.kind) {
      case 'save_state':
        disk.saved = action.snapshot;
        return;
      case 'start_process':
        judge.start();
        return this.#start();
      case 'watch_process':
        this.watched.add(action.pid);
        return;
      case 'terminate':
        judge.end(action.pid);
        return host.terminate(action.pid);
      case 'kill':
        judge.end(action.pid);
        return host.kill(action.pid);
      case 'check_health':
        return this.#check(action.pid);
      case 'append_incident':
        return ledger.append(action.incident, action.events);
      case 'page':
        return this.#page(action);
      case 'run_remedy':
        judge.remedy(this.#remedies, action.remedy);
        return this.#remedy(action);
      case 'start_emergency':
        return desk.open(action, this.report);
      case 'record_metric':
        judge.record(action.entry);
        return ledger.record(action);
      case 'page_progress':
      case 'log':
        return;
      case 'exit_supervisor':
        return this.die();
    }
  }

  #start(): void {
    const pid = this.parts.host.start();
    this.children.add(pid);
    this.#engine.handle({ kind: 'started', pid, birth: `b${pid}` });
  }

  #check(pid: number): void {
    const { host, policy } = this.parts;
    const { time } = host;
    const isSilent = host.alive?.illnesses.has('silent') || host.alive?.isFrozen;
    const durationMs = isSilent ? policy.health.timeoutSeconds * 1000 : 5;
    time.later(durationMs, () => {
      const process = host.process?.pid === pid ? host.process : null;
      const none = { outcome: { kind: 'unreachable' as const, reason: 'ECONNREFUSED' }, report: null };
      const answer = process?.answer(time.mono) ?? none;
      this.report({ kind: 'probe_result', pid, durationMs, ...answer });
    });
  }

  #page({ notice }: Extract<Action, { kind: 'page' }>): void {
    const { ledger, host, judge } = this.parts;
    if (!ledger.send(notice)) return;
    judge.page(notice);
    const { incident, kind } = notice;
    host.time.later(300, () =>
      this.report({ kind: 'page_result', incident, page: kind, ok: true, detail: 'sent' }),
    );
  }

  #remedy({ incident, remedy }: Extract<Action, { kind: 'run_remedy' }>): void {
    const { host, ledger } = this.parts;
    const { takesMs, finish } = planRemedy(remedy, host);
    this.#remedies += 1;
    host.time.later(takesMs, () => {
      this.#remedies -= 1;
      if (!this.isAlive) return;
      const outcome = finish();
      if (outcome.kind !== 'nothing_to_do') ledger.did(incident, 2);
      this.report({ kind: 'remedy_result', incident, remedy, outcome });
    });
  }
}
