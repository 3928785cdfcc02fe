/**
 * Collects what one event leads to. Mutable inside, invisible outside: `decide` makes one, reads its result and
 * drops it.
 *
 * Invariant of the order: the intent is saved first, then the urgent deed, then the long records and the page.
 * What is written after the deed stands in `state.pending` of the saved state, so a supervisor killed between any
 * two of these leaves nothing out.
 */
import type { Action, MetricLabel, PageNotice } from '../../contracts/action.ts';
import type { IncidentEvent } from '../../contracts/incident.ts';
import type { Event, Now } from './event.ts';
import type { Policy } from './policy.ts';
import type { OpenIncident, Service, State } from './state.ts';

export type Decided = { state: State; steps: Action[] };

/** An incident's event before its time is put in. */
export type Note = IncidentEvent extends infer E ? (E extends IncidentEvent ? Omit<E, 'at'> : never) : never;

export class Decision {
  #state: State;
  #save = false;
  #urgent: Action[] = [];
  #incident: string | null = null;
  #notes: IncidentEvent[] = [];
  #page: PageNotice | null = null;
  #later: Action[] = [];

  constructor(
    state: State,
    readonly event: Event,
    readonly policy: Policy,
  ) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  get now(): Now {
    return this.event.now;
  }

  /** Moves to another service state; the move is made durable. */
  goto(service: Service): void {
    this.#save = true;
    this.#state = { ...this.#state, service };
  }

  /** Changes the present service state in what need not survive a crash, such as the last beat. */
  refresh(service: Service): void {
    this.#state = { ...this.#state, service };
  }

  update(change: Partial<Pick<State, 'incident' | 'budget' | 'restartsTotal'>>): void {
    this.#save = true;
    this.#state = { ...this.#state, ...change };
  }

  /** Changes the open incident; without one it does nothing. */
  amend(change: Partial<OpenIncident>): void {
    if (this.#state.incident) this.update({ incident: { ...this.#state.incident, ...change } });
  }

  /** An action that must not wait for any record. */
  act(action: Action): void {
    this.#urgent.push(action);
  }

  /** Adds an event to the open incident; without one there is nothing to add to. */
  note(note: Note): void {
    const incident = this.#state.incident?.id;
    if (incident === undefined) return;
    this.#incident = incident;
    this.#notes.push({ ...note, at: this.now.wall } as IncidentEvent);
  }

  page(notice: PageNotice): void {
    this.#page = notice;
  }

  /** An action that may come last. */
  later(action: Action): void {
    this.#later.push(action);
  }

  log(level: 'info' | 'warn' | 'error', text: string): void {
    this.later({ kind: 'log', level, text });
  }

  /** @param seconds the record's `duration` */
  metric(metric: string, result: string, seconds: number, labels: Record<string, MetricLabel> = {}): void {
    const duration = Math.round(seconds * 1000) / 1000;
    this.later({ kind: 'record_metric', entry: { metric, result, duration, labels } });
  }

  /** Wall clock of a moment on the steady clock. */
  wallOf(mono: number): number {
    return Math.round(this.now.wall - (this.now.mono - mono));
  }

  result(): Decided {
    const pending =
      this.#incident === null ? null : { incident: this.#incident, events: this.#notes, page: this.#page };
    const state: State = { ...this.#state, pending, savedAt: this.now.mono };
    const save = this.#save || pending !== null;
    return {
      state,
      steps: [
        ...(save ? [{ kind: 'save_state', snapshot: state } as const] : []),
        ...this.#urgent,
        ...afterwards(state),
        ...this.#later,
      ],
    };
  }
}

/** The records and the page a saved state still owes; safe to repeat. */
export function afterwards(state: State): Action[] {
  if (state.pending === null) return [];
  const { incident, events, page } = state.pending;
  const append: Action = { kind: 'append_incident', incident, events };
  return page === null ? [append] : [append, { kind: 'page', notice: page }];
}
