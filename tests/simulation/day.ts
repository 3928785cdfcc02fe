/** One seed: a machine, a supervisor, a person, and what a day brings them. */
import type { decide } from '../../supervisor/decide/decide.ts';
import { SIGNALS } from '../../supervisor/decide/signals.ts';
import { defaultPolicy } from '../../supervisor/policy.ts';
import { Chance } from './chance.ts';
import type { Fault } from './faults.ts';
import { Host } from './host.ts';
import { Judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { Person } from './person.ts';
import { SessionDesk } from './session-desk.ts';
import { SimSupervisor } from './sim-supervisor.ts';
import { SimTime } from './sim-time.ts';
import { CONDITIONS } from './truth.ts';
import type { Violation } from './violations.ts';

const HOUR_MS = 3_600_000;
const PROBE_MS = 60_000;
/** All answers to anything take less, except the patience its row grants. */
const ANSWERED_WITHIN_MS = 3 * HOUR_MS;
/** Health looks every thirty seconds instead of five: several times the days in the same time, the same ways. */
const POLICY = { ...defaultPolicy(), health: { ...defaultPolicy().health, intervalSeconds: 30 } };

export type DayResult = {
  seed: number;
  violations: Violation[];
  faults: string[];
  incidents: number;
  pages: number;
  starts: number;
};

export type DayPlan = {
  seed: number;
  hours: number;
  /** Hours without trouble at the end, in which all must become well. */
  settleHours: number;
  faults: number;
  /** What the faults are drawn from. */
  troubles: readonly Fault[];
  decide: typeof decide;
};

export class Day {
  readonly time = new SimTime();
  readonly chance: Chance;
  readonly host: Host;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly desk: SessionDesk;
  readonly person: Person;
  readonly struck: string[] = [];
  supervisor: SimSupervisor | null = null;
  readonly #disk: { saved: object | null } = { saved: null };
  #probed = new Set<string>();
  /** No more trouble is to come. */
  isOver = false;

  constructor(readonly plan: DayPlan) {
    this.chance = new Chance(plan.seed);
    this.host = new Host(this.time, this.chance);
    this.ledger = new Ledger(this.host.violations, () => this.time.mono);
    this.judge = new Judge(this.host);
    this.desk = new SessionDesk(this.host, this.ledger);
    this.person = new Person(this);
    this.judge.onPage = (incident) => this.person.call(incident);
  }

  run(): DayResult {
    const { seed, hours } = this.plan;
    const begin = this.time.mono;
    this.#boot();
    this.#probe();
    for (let fault = 0; fault < this.plan.faults; fault += 1) this.#draw(hours * HOUR_MS);
    this.time.runUntil(begin + hours * HOUR_MS);
    this.#checkAnswered();
    this.#mendAll();
    this.time.runUntil(this.time.mono + this.plan.settleHours * HOUR_MS);
    this.#checkOver();
    const { violations } = this.host;
    const starts = this.supervisor?.state.restartsTotal ?? 0;
    const { incidents, pages } = this.ledger;
    return {
      seed,
      violations: violations.found,
      faults: this.struck,
      incidents: incidents.size,
      pages,
      starts,
    };
  }

  /** What the supervisors of this day have done that lasts. */
  durableSteps = 0;

  killInSteps(steps: number): void {
    this.supervisor?.killAfterSteps(steps);
  }

  /** The next supervisor to write that an incident has ended dies over it. */
  killAtNextEnd(): void {
    this.supervisor?.killAtNextEnd();
  }

  #boot(): void {
    const { host, ledger, judge, desk } = this;
    const onStep = () => {
      this.durableSteps += 1;
    };
    const onDeath = () => this.time.later(this.chance.between(300, 5000), () => this.#boot());
    const parts = {
      host,
      ledger,
      judge,
      desk,
      decide: this.plan.decide,
      policy: POLICY,
      disk: this.#disk,
      onDeath,
      onStep,
    };
    this.supervisor = new SimSupervisor(parts);
  }

  #draw(withinMs: number): void {
    const fault = this.chance.pick(this.plan.troubles);
    // Troubles like company: some come in the middle of the answer to another.
    const at = this.chance.between(60_000, withinMs);
    this.time.later(at, () => this.#strike(fault, `${Math.round(at / 60_000)} min`));
    if (this.chance.is(0.4)) {
      const second = this.chance.pick(this.plan.troubles);
      this.time.later(at + this.chance.between(0, 120_000), () => this.#strike(second, '  with'));
    }
  }

  /** A suspend may put it off until after the day: then it does not happen. */
  #strike(fault: Fault, when: string): void {
    if (this.isOver) return;
    this.struck.push(`${when} ${fault.name}`);
    fault.strike(this);
  }

  /** What the probes around the orchestrator tell, once a minute; only of what was ever bad. */
  #probe(): void {
    for (const [code, isBad] of this.host.truth.seenByProbes()) this.#tellLook(code, null, isBad);
    const isLeaking = this.host.alive?.illnesses.has('leaking') ?? false;
    this.#tellLook('memory_leak', null, isLeaking);
    this.time.later(PROBE_MS, () => this.#probe());
  }

  #tellLook(code: keyof typeof SIGNALS, target: string | null, isBad: boolean): void {
    if (isBad) this.#probed.add(code);
    if (!this.#probed.has(code)) return;
    this.host.tell({ kind: 'signal_seen', code, target, state: isBad ? 'bad' : 'good', detail: code });
  }

  /** Nobody may wait for an answer that never comes. */
  #checkAnswered(): void {
    const { state } = this.supervisor ?? {};
    if (!state || state.pause !== null || state.service.kind === 'stopped') return;
    for (const { id, root, seenAt, page, step } of state.incidents) {
      const patienceMs = SIGNALS[root.code].ladder.patienceSeconds * 1000;
      const isOverdue = this.time.mono - seenAt > ANSWERED_WITHIN_MS + patienceMs;
      const isWell = step.kind === 'none' || step.kind === 'verify';
      // One person, called for the service itself, comes for all of it.
      const isCalled = state.incidents.some((other) => other.coversService && other.page !== null);
      const quiet = this.judge.quietMs() < ANSWERED_WITHIN_MS || (step.kind === 'waiting' && isCalled);
      this.host.violations.check(
        !isOverdue || page !== null || isWell || quiet,
        'every incident ends recovered or paged',
        () => `${id} ${root.code}, step ${step.kind}`,
      );
    }
  }

  #mendAll(): void {
    this.isOver = true;
    for (const condition of CONDITIONS) this.host.truth.end(condition);
    this.host.plans.length = 0;
    const process = this.host.alive;
    if (process) {
      process.ignoresTerm = false;
      process.illnesses.clear();
    }
    this.person.resume();
    this.person.restart();
  }

  #checkOver(): void {
    const { state } = this.supervisor ?? {};
    const { violations } = this.host;
    violations.check(state?.service.kind === 'up', 'well in the end', () => `${state?.service.kind}`);
    const open = state?.incidents.map(({ id, root, step }) => `${id} ${root.code} ${step.kind}`) ?? [];
    violations.check(open.length === 0, 'every incident ends', () => open.join('; '));
    for (const [id, { closed, records }] of this.ledger.incidents) {
      const isTold = closed === 1 && records === 1;
      violations.check(isTold, 'one terminal record an incident', () => `${id}: ${closed}, ${records}`);
    }
  }
}
