/** One simulated life of the orchestrator: it boots, beats, answers `/readyz`, obeys or ignores signals, and ends. */
import { EXIT } from '../../contracts/exit-codes.ts';
import type { HealthOutcome, HealthReport } from '../../supervisor/decide/event.ts';
import type { Illness, Truth } from './truth.ts';
import { part } from './truth.ts';

/** What a start meets. */
export type BootPlan = {
  /** Milliseconds until it is ready; progress is made all the way. */
  takesMs: number;
  /** Ends by itself during its start. */
  diesAfterMs: number | null;
  isStuck: boolean;
  /** Work in one piece, soon after it has said hello: no beat and no answer meanwhile. */
  heldUpMs?: number;
};

export type Answer = { outcome: HealthOutcome; report: HealthReport | null };

export class SimProcess {
  alive = true;
  /** Asked to end by somebody; then its end is meant. */
  asked: 'nobody' | 'supervisor' | 'person' = 'nobody';
  ignoresTerm = false;
  connected = false;
  illnesses = new Set<Illness>();
  progress = 1;
  /** An attempt at a turn, at a question that may be much older. */
  attempt: { since: number; limitMs: number } | null = null;

  constructor(
    readonly pid: number,
    readonly since: number,
    readonly plan: BootPlan,
    readonly truth: Truth,
  ) {
    if (plan.isStuck) this.illnesses.add('start_stuck');
  }

  get startId(): string {
    return `s${this.pid}`;
  }

  isReady(now: number): boolean {
    return !this.illnesses.has('start_stuck') && now - this.since >= this.plan.takesMs;
  }

  /** What it does not do while it hangs: beat, answer, end when asked. */
  get isFrozen(): boolean {
    return this.illnesses.has('hung');
  }

  answer(now: number): Answer {
    if (!this.alive) return unreachable('ECONNREFUSED');
    if (this.isFrozen || this.illnesses.has('silent')) return unreachable('no answer');
    const report = this.report(now);
    if (!this.isReady(now)) return { outcome: { kind: 'not_ready', reason: 'starting' }, report };
    const failing = report.components.find(({ required, state }) => required && state === 'failed');
    if (failing) return { outcome: { kind: 'not_ready', reason: failing.reason }, report };
    return { outcome: { kind: 'ok' }, report };
  }

  report(now: number): HealthReport {
    const own = this.illnesses.has('sick')
      ? [{ name: 'core', state: 'failed' as const, reason: 'HTTP 500', required: true }]
      : [];
    const deaf = part('channel:discord', false, this.illnesses.has('deaf') ? 'channel_deaf' : null);
    const stuck = part(
      'delivery:discord',
      false,
      this.illnesses.has('undelivered') ? 'delivery_stuck' : null,
    );
    const components = [...this.truth.components(), deaf, stuck, ...own];
    const isStuck = this.illnesses.has('stuck_turn');
    const attempt = this.attempt && { ageMs: now - this.attempt.since, limitMs: this.attempt.limitMs };
    const standstill = { folder: 'main', idleMs: isStuck ? now - this.since : null, attempt };
    return { components, standstill };
  }
}

function unreachable(reason: string): Answer {
  return { outcome: { kind: 'unreachable', reason }, report: null };
}

/** What the world's conditions do to a start; null when it comes up. */
export function refusal(truth: Truth): number | null {
  if (truth.has('config_broken')) return EXIT.config;
  if (truth.has('port_taken')) return EXIT.portInUse;
  if (truth.has('database_bad')) return EXIT.database;
  return truth.has('bad_release') ? EXIT.failure : null;
}
