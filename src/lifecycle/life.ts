/**
 * This process's life: its phase, its progress, and the parts that report on themselves. Parts add themselves
 * while the service starts, so that the ops endpoint can answer before they are there.
 *
 *   starting ──▶ ready ──▶ draining
 *       └────────────────────▲
 */
import { randomUUID } from 'node:crypto';
import type { ComponentHealth, Phase, Standstill } from '../../contracts/health.ts';
import type { HealthSource } from '../ops/health.ts';

/** Numbers that only the running service knows. */
export type ServiceFacts = Pick<
  HealthSource,
  'oldestUnansweredMs' | 'standstill' | 'groupCount' | 'activeTurns'
>;

const NO_FACTS: ServiceFacts = {
  oldestUnansweredMs: () => null,
  standstill: () => ({ folder: null, idleMs: null, attempt: null }),
  groupCount: () => 0,
  activeTurns: () => 0,
};

export class Life implements HealthSource {
  readonly identity: { pid: number; startId: string; version: string };
  readonly startedAt = Date.now();
  readonly #startedMonotonic = performance.now();
  #phase: Phase = 'starting';
  #progress = 0;
  #facts = NO_FACTS;
  #reporters: Array<() => ComponentHealth> = [];

  constructor(version: string) {
    this.identity = { pid: process.pid, startId: randomUUID(), version };
  }

  /** A step was made; a start that makes none for long counts as stuck. */
  step(): void {
    this.#progress += 1;
  }

  enter(phase: Exclude<Phase, 'starting'>): void {
    this.#phase = phase;
    this.step();
  }

  report(reporter: () => ComponentHealth): void {
    this.#reporters.push(reporter);
    this.step();
  }

  know(facts: ServiceFacts): void {
    this.#facts = facts;
  }

  /** The service's parts are about to go: nobody may ask them any more. */
  forget(): void {
    this.#facts = NO_FACTS;
    this.#reporters = [];
  }

  phase = (): Phase => this.#phase;
  progress = (): number => this.#progress;
  uptimeSeconds = (): number => (performance.now() - this.#startedMonotonic) / 1000;
  components = (): ComponentHealth[] => this.#reporters.map((reporter) => reporter());
  oldestUnansweredMs = (): number | null => this.#facts.oldestUnansweredMs();
  standstill = (): Standstill => this.#facts.standstill();
  groupCount = (): number => this.#facts.groupCount();
  activeTurns = (): number => this.#facts.activeTurns();
}
