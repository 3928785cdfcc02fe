/**
 * The simulated machine: at most one orchestrator that lives, supervisors that come and go, and what passes between
 * them. It knows what is really so; the supervisor only hears what a real one would hear.
 */
import type { EventBody } from '../../supervisor/decide/event.ts';
import type { Chance } from './chance.ts';
import { type BootPlan, refusal, SimProcess } from './sim-process.ts';
import type { SimTime } from './sim-time.ts';
import { type Illness, Truth } from './truth.ts';
import { Violations } from './violations.ts';

const BEAT_MS = 8000;
/** A new process has dialled by then. */
const HELLO_WITHIN_MS = 400;
/** How an adopted process's end is found: by looking. */
const WATCH_MS = 250;

/** The supervisor of the moment, as far as the machine is concerned. */
export type Listener = {
  isAlive: boolean;
  /** Pids whose end it would hear of, and how. */
  children: Set<number>;
  watched: Set<number>;
  report: (event: EventBody) => void;
};

export class Host {
  readonly truth: Truth;
  readonly violations: Violations;
  process: SimProcess | null = null;
  listener: Listener | null = null;
  /** How the coming starts go, before chance decides. */
  readonly plans: BootPlan[] = [];
  /** Start ids of lives that ended cleanly because somebody asked them to. */
  readonly meantEnds = new Set<string>();
  /** Who asked for the last end that was clean; null for any other end. */
  lastEndBy: SimProcess['asked'] | null = null;
  #nextPid = 100;

  constructor(
    readonly time: SimTime,
    readonly chance: Chance,
  ) {
    const now = () => time.mono;
    this.truth = new Truth(now);
    this.violations = new Violations(now);
  }

  get alive(): SimProcess | null {
    return this.process?.alive ? this.process : null;
  }

  /** Begins a life of the orchestrator; answers with its pid. */
  start(): number {
    const former = this.alive;
    const overlaps = former !== null && !former.illnesses.has('start_stuck') && !former.isFrozen;
    this.violations.check(!overlaps, 'never two at once', () => `pid ${former?.pid} still lives`);
    if (former) this.kill(former.pid);
    this.#nextPid += 1;
    const plan = this.plans.shift() ?? this.#ordinaryPlan();
    const process = new SimProcess(this.#nextPid, this.time.mono, plan, this.truth);
    this.process = process;
    this.time.later(this.chance.between(150, HELLO_WITHIN_MS), () => this.#connect(process));
    this.time.later(BEAT_MS, () => this.#beatOn(process));
    if (plan.heldUpMs !== undefined) this.#holdUp(process, plan.heldUpMs);
    if (plan.diesAfterMs !== null) this.time.later(plan.diesAfterMs, () => this.#refuse(process));
    else this.time.later(plan.takesMs + 1, () => this.#beat(process));
    return process.pid;
  }

  terminate(pid: number): void {
    const process = this.#living(pid);
    if (process === null || process.isFrozen || process.ignoresTerm) return;
    if (process.asked === 'nobody') process.asked = 'supervisor';
    this.time.later(20, () => {
      if (process.alive && process.connected && process.asked === 'person')
        this.tell({ kind: 'bye', pid, reason: 'operator_stop', detail: '' });
    });
    this.time.later(this.chance.between(100, 2500), () => {
      if (process.alive) this.meantEnds.add(process.startId);
      this.exit(process, 0, null);
    });
  }

  kill(pid: number): void {
    const process = this.#living(pid);
    if (process) this.time.later(2, () => this.exit(process, null, 'SIGKILL'));
  }

  exit(process: SimProcess, code: number | null, signal: string | null): void {
    if (!process.alive) return;
    process.alive = false;
    this.lastEndBy = this.meantEnds.has(process.startId) ? process.asked : null;
    for (const illness of process.illnesses) this.truth.remember(illness);
    const { pid, connected } = process;
    if (connected) this.tell({ kind: 'connection_closed', pid });
    this.time.later(3, () => this.#tellExit(process, code, signal));
  }

  fallIll(illness: Illness, forMs: number): void {
    const process = this.alive;
    if (process === null || !process.isReady(this.time.mono)) return;
    process.illnesses.add(illness);
    this.time.later(forMs, () => {
      if (process.illnesses.delete(illness)) this.truth.remember(illness);
      // A beat that was due meanwhile comes at once.
      if (illness === 'hung') this.#beat(process);
    });
  }

  #holdUp(process: SimProcess, forMs: number): void {
    this.time.later(HELLO_WITHIN_MS, () => process.illnesses.add('hung'));
    this.time.later(HELLO_WITHIN_MS + forMs, () => {
      process.illnesses.delete('hung');
      this.#beat(process);
    });
  }

  /** A new supervisor listens; the orchestrator dials it. */
  attach(listener: Listener): void {
    this.listener = listener;
    const process = this.alive;
    if (process) this.time.later(this.chance.between(50, 300), () => this.#connect(process));
  }

  tell(event: EventBody): void {
    if (this.listener?.isAlive) this.listener.report(event);
  }

  #ordinaryPlan(): BootPlan {
    const isRefused = refusal(this.truth) !== null;
    const takesMs = this.chance.between(400, 8000);
    return { takesMs, diesAfterMs: isRefused ? this.chance.between(100, 900) : null, isStuck: false };
  }

  #refuse(process: SimProcess): void {
    const code = refusal(this.truth) ?? 1;
    if (process.alive && process.connected)
      this.tell({ kind: 'bye', pid: process.pid, reason: 'refused', detail: 'cannot run' });
    this.exit(process, code, null);
  }

  #connect(process: SimProcess): void {
    if (!process.alive || process.isFrozen || !this.listener?.isAlive) return;
    process.connected = true;
    const { pid, startId } = process;
    this.tell({ kind: 'hello', pid, birth: `b${pid}`, startId, version: '1' });
    this.#beat(process);
  }

  #beatOn(process: SimProcess): void {
    if (!process.alive) return;
    this.#beat(process);
    this.time.later(BEAT_MS, () => this.#beatOn(process));
  }

  #beat(process: SimProcess): void {
    if (!process.alive || !process.connected || process.isFrozen) return;
    const isReady = process.isReady(this.time.mono);
    if (!isReady && !process.illnesses.has('start_stuck')) process.progress += 1;
    const phase = process.asked !== 'nobody' ? 'draining' : isReady ? 'ready' : 'starting';
    const { pid, progress } = process;
    this.tell({ kind: 'beat', pid, phase, progress, loopDelayMs: 1, rssBytes: 2 ** 27 });
  }

  #tellExit({ pid, startId }: SimProcess, code: number | null, signal: string | null): void {
    const { listener } = this;
    const meant = this.meantEnds.has(startId);
    if (listener?.children.has(pid)) return this.tell({ kind: 'child_exited', pid, code, signal, meant });
    this.time.later(WATCH_MS, () => {
      if (!this.listener?.watched.has(pid)) return;
      this.tell({ kind: 'child_exited', pid, code: null, signal: null, meant });
    });
  }

  #living(pid: number): SimProcess | null {
    return this.process?.pid === pid && this.process.alive ? this.process : null;
  }
}
