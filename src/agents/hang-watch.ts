/**
 * Tells an agent that hangs in its turn from one that works long. Two things can be known: that its runner gives no
 * sign of life (`hang`); and that Claude Code neither says anything, nor runs a tool, nor asks the model, so that nothing
 * it could wait for is there (`stuck`). A command that runs is left alone: only the turn's limit ends that.
 *
 *   watching ──no pulse──▶ hang        watching ──quiet, and no request──▶ stuck
 *
 * Invariant: time in which we ourselves stood still counts for nothing.
 */
import type { Doing, RunnerHello, RunnerPulse } from '../../contracts/link.ts';
import type { Clock } from '../clock.ts';

export type HangWatchOptions = {
  /** When a model request of the agent was last under way, monotonic milliseconds; null = never. */
  askedAt(): number | null;
  /** Claude Code may do nothing at all for this long, milliseconds. */
  quietLimitMs: number;
  onHang(cause: 'hang' | 'stuck', why: string): void;
  clock: Clock;
};

/** How often it is looked, milliseconds; a look is a comparison. */
const LOOK_EVERY_MS = 5000;
/** A look that comes so much too late shows that we stood still, milliseconds. */
const STALL_MS = 5000;
/** A runner pulses every five seconds; on a machine under heavy load it is late by some more, milliseconds. */
export const PULSE_LIMIT_MS = 45_000;

export class HangWatch {
  /** Whether its runner is one that pulses: one from before an update may not. */
  #pulses = false;
  #pulsedAt: number | null = null;
  #quietMs: number | null = null;
  #doing: Doing | null = null;
  #lookedAt = 0;
  #cancel: () => void = () => undefined;

  constructor(readonly options: HangWatchOptions) {}

  /** A turn begins; how long until its runner has it and pulses is for others to judge. */
  start(): void {
    this.stop();
    this.#pulsedAt = null;
    this.#doing = null;
    this.#lookedAt = this.options.clock.monotonic();
    this.#arm();
  }

  meet({ pulseMs }: Pick<RunnerHello, 'pulseMs'>): void {
    this.#pulses = pulseMs !== undefined;
  }

  /** From now on the runner should pulse, if it is one that does. */
  expect(): void {
    if (this.#pulses) this.#pulsedAt ??= this.options.clock.monotonic();
  }

  pulse({ quietMs, doing }: RunnerPulse): void {
    this.#pulsedAt = this.options.clock.monotonic();
    this.#quietMs = quietMs;
    this.#doing = doing ?? null;
  }

  /** What the agent was at when it pulsed last; null while that is not known. */
  get doing(): Doing | null {
    return this.#doing;
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel = this.options.clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  #look(): void {
    const now = this.options.clock.monotonic();
    const isStalled = now - this.#lookedAt > LOOK_EVERY_MS + STALL_MS;
    this.#lookedAt = now;
    if (isStalled && this.#pulsedAt !== null) this.#pulsedAt = now;
    switch (this.#judge(now)) {
      case null:
        return this.#arm();
      case 'hang':
        return this.options.onHang('hang', 'its runner gives no sign of life');
      case 'stuck':
        return this.options.onHang('stuck', 'Claude Code does nothing: it asks no model and runs no tool');
    }
  }

  #judge(now: number): 'hang' | 'stuck' | null {
    const { askedAt, quietLimitMs } = this.options;
    if (this.#pulsedAt === null) return null;
    if (now - this.#pulsedAt >= PULSE_LIMIT_MS) return 'hang';
    const sinceAsked = now - (askedAt() ?? Number.NEGATIVE_INFINITY);
    const isStuck = this.#quietMs !== null && Math.min(this.#quietMs, sinceAsked) >= quietLimitMs;
    return isStuck ? 'stuck' : null;
  }
}
