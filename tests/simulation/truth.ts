/** What is really wrong in the simulated world, whatever the supervisor believes. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { SignalCode } from '../../contracts/signal.ts';

/** Conditions around the process; they outlive its lives. */
export const CONDITIONS = [
  ...(['disk_full', 'docker_down', 'image_missing', 'sign_in_expired', 'sign_in_revoked'] as const),
  ...(['config_broken', 'port_taken', 'channel_down', 'platform_down', 'bad_release'] as const),
  ...(['database_bad', 'threads_dead', 'runner_broken', 'model_down'] as const),
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Faults of one process; they end with it. */
export type Illness =
  | 'hung'
  | 'silent'
  | 'sick'
  | 'deaf'
  | 'leaking'
  | 'stuck_turn'
  | 'start_stuck'
  | 'undelivered';

/** A restart cures these, so a restart is an honest answer to them. */
export const CURED_BY_RESTART: ReadonlySet<string> = new Set([
  ...['hung', 'silent', 'sick', 'deaf', 'leaking', 'stuck_turn', 'start_stuck', 'undelivered', 'bad_release'],
]);

/** How long after its end a fault still explains a restart: looks take their time. */
const AFTERGLOW_MS = 200_000;

export class Truth {
  #conditions = new Set<Condition>();
  #ended = new Map<string, number>();

  constructor(readonly now: () => number) {}

  has(condition: Condition): boolean {
    return this.#conditions.has(condition);
  }

  begin(condition: Condition): void {
    this.#conditions.add(condition);
  }

  end(condition: Condition): void {
    if (this.#conditions.delete(condition)) this.remember(condition);
  }

  /** A fault was there until now. */
  remember(fault: string): void {
    this.#ended.set(fault, this.now());
  }

  get conditions(): ReadonlySet<Condition> {
    return this.#conditions;
  }

  /** Faults that are there, or were a moment ago. */
  recent(): string[] {
    const lately = [...this.#ended]
      .filter(([, at]) => at > this.now() - AFTERGLOW_MS)
      .map(([fault]) => fault);
    return [...this.#conditions, ...lately];
  }

  /** What a probe from outside would say. */
  seenByProbes(): Map<SignalCode, boolean> {
    const seen = new Map<SignalCode, boolean>();
    for (const [condition, code] of PROBED) seen.set(code, this.has(condition));
    return seen;
  }

  /** What the orchestrator itself would say of the parts these conditions touch. */
  components(): ComponentHealth[] {
    return [
      part('store', true, this.has('disk_full') ? 'disk_full' : null),
      part('sandbox:docker', true, this.#sandboxFault()),
      part('channel:slack', false, this.#channelFault()),
      part('model', false, this.#modelFault()),
      part('agent-program', false, this.has('runner_broken') ? 'runner_broken' : null),
      part('model-api', false, this.has('model_down') ? 'model_down' : null),
      part('threads', false, this.has('threads_dead') ? 'side_sign_in_needed' : null),
    ];
  }

  #sandboxFault(): SignalCode | null {
    if (this.has('docker_down')) return 'docker_down';
    return this.has('image_missing') ? 'image_missing' : null;
  }

  #modelFault(): SignalCode | null {
    if (this.has('sign_in_revoked')) return 'sign_in_revoked';
    return this.has('sign_in_expired') ? 'sign_in_expired' : null;
  }

  #channelFault(): SignalCode | null {
    if (this.has('platform_down')) return 'platform_down';
    return this.has('channel_down') ? 'channel_down' : null;
  }
}

export function part(name: string, required: boolean, signal: SignalCode | null): ComponentHealth {
  if (signal === null) return { name, state: 'ok', reason: 'works', required };
  return { name, state: 'failed', reason: signal, required, signal };
}

const PROBED: readonly [Condition, SignalCode][] = [
  ['disk_full', 'disk_full'],
  ['docker_down', 'docker_down'],
  ['image_missing', 'image_missing'],
  ['config_broken', 'config_broken'],
];
