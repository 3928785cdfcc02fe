/**
 * The loop around the core: an event in, its actions carried out in order, one precise timer for the next
 * deadline. Events that come up during this wait their turn, so the core never sees a half-done batch.
 *
 * Invariant: one event is handled at a time, and a tick that comes late is told to the core as the supervisor's
 * own stall before it is taken for anybody else's silence.
 */
import type { Action } from '../contracts/action.ts';
import { nextDeadline } from './decide/deadline.ts';
import { afterwards, type Decided } from './decide/decision.ts';
import type { Event, EventBody, EventOf } from './decide/event.ts';
import type { Policy } from './decide/policy.ts';
import type { State } from './decide/state.ts';
import type { Clock } from './ports/clock.ts';

/** Later than this, a timer tells of our own stall rather than of the machine's grain. */
const STALL_MS = 50;
/**
 * Later than this, we were suspended. When that began is not known, so all the time since we last ran is discounted;
 * for a small delay that would put a hang off again and again.
 */
const SUSPEND_MS = 1000;

export type EngineParts = {
  clock: Clock;
  policy: Policy;
  decide: (state: State, event: Event, policy: Policy) => Decided;
  /** Even chance from 0 to 1. */
  chance: () => number;
  execute: (action: Action) => void;
  onChange: (state: State, event: EventBody) => void;
};

export class Engine {
  #state: State;
  #queue: EventBody[] = [];
  #busy = false;
  #cancelTimer: () => void = () => undefined;
  #stopped = false;
  /** The deadline that the timer is set for, and when it should fire: later, when that had passed already. Steady clock. */
  #armed: { deadline: number; fires: number } | null = null;
  /** When we last ran, steady clock. */
  #ranAt: number;

  constructor(
    state: State,
    readonly parts: EngineParts,
  ) {
    this.#state = state;
    this.#ranAt = parts.clock.now().mono;
  }

  get state(): State {
    return this.#state;
  }

  /** By how much the next deadline has passed without being handled, milliseconds; 0 when all is on time. */
  overdueMs(): number {
    const due = nextDeadline(this.#state, this.parts.policy);
    return due === null ? 0 : Math.max(0, this.parts.clock.now().mono - due);
  }

  /** What the last supervisor still owed when it ended, then the first event. */
  boot(first: Omit<EventOf<'boot'>, 'kind'>): void {
    for (const action of afterwards(this.#state, true)) this.parts.execute(action);
    this.handle({ kind: 'boot', ...first });
  }

  handle(event: EventBody): void {
    if (this.#stopped) return;
    if (!this.#busy) this.#noticeStall();
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#handleOne(next);
    } finally {
      this.#busy = false;
    }
    this.#arm();
  }

  /** No event is handled and no timer fires afterwards. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }

  #handleOne(event: EventBody): void {
    const { clock, chance, policy, decide, execute, onChange } = this.parts;
    const { state, steps } = decide(this.#state, { now: clock.now(), chance: chance(), ...event }, policy);
    this.#state = state;
    for (const step of steps) execute(step);
    onChange(state, event);
  }

  /** Most events leave the next deadline as it was, and so its timer. */
  #arm(): void {
    const deadline = nextDeadline(this.#state, this.parts.policy);
    if (deadline !== null && deadline === this.#armed?.deadline) return;
    this.#cancelTimer();
    this.#armed = null;
    if (deadline === null || this.#stopped) return;
    const now = this.parts.clock.now().mono;
    const wait = Math.max(0, deadline - now);
    // A deadline that had passed already when it was set is no stall.
    this.#armed = { deadline, fires: now + wait };
    this.#cancelTimer = this.parts.clock.after(wait, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#noticeStall();
    this.#armed = null;
    this.handle({ kind: 'tick' });
  }

  /** Whatever wakes us first after a stall: the time is discounted before anything is judged by it. */
  #noticeStall(): void {
    const now = this.parts.clock.now().mono;
    const late = this.#armed === null ? 0 : now - this.#armed.fires;
    const ms = late > SUSPEND_MS ? now - this.#ranAt : late;
    if (late > STALL_MS) {
      this.#queue.push({ kind: 'own_stall', ms });
      this.#armed = null; // told once
    }
    this.#ranAt = now;
  }
}
