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
import type { Service } from './service.ts';
import type { OpenIncident, Pending, State } from './state.ts';

export type Decided = { state: State; steps: Action[] };

/** An incident's event before its time is put in. */
export type Note = IncidentEvent extends infer E ? (E extends IncidentEvent ? Omit<E, 'at'> : never) : never;

export class Decision {
  #state: State;
  #save = false;
  #urgent: Action[] = [];
  #pending: Pending[] = [];
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
    this.#state = withService(this.#state, service);
  }

  /** Changes the present service state in what need not survive a crash, such as the last beat. */
  refresh(service: Service): void {
    this.#state = withService(this.#state, service);
  }

  update(change: Partial<Omit<State, 'service' | 'pending' | 'savedAt'>>): void {
    this.#save = true;
    this.#state = { ...this.#state, ...change };
  }

  /** Signals that count for nothing yet are looked at again by the next supervisor. */
  watch(signals: State['signals']): void {
    this.#state = { ...this.#state, signals };
  }

  incident(id: string): OpenIncident | null {
    return this.#state.incidents.find((open) => open.id === id) ?? null;
  }

  /** Changes an open incident; one that is closed already stays so. */
  amend(id: string, change: Partial<OpenIncident>): void {
    const amended = (open: OpenIncident) => (open.id === id ? { ...open, ...change } : open);
    this.update({ incidents: this.#state.incidents.map(amended) });
  }

  /** An action that must not wait for any record. */
  act(action: Action): void {
    this.#urgent.push(action);
  }

  note(id: string, note: Note): void {
    this.#pendingOf(id).events.push({ ...note, at: this.now.wall } as IncidentEvent);
  }

  page(notice: PageNotice): void {
    this.#pendingOf(notice.incident).notices.push(notice);
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

  /** The one record that says how an incident ended: owed until it is written, and written once. */
  recordEnd(id: string, result: string, seconds: number, labels: Record<string, MetricLabel>): void {
    const entry = { metric: 'recovery', result, duration: seconds, labels: { incident: id, ...labels } };
    this.#pendingOf(id).record = { at: this.now.wall, entry };
  }

  /** Wall clock of a moment on the steady clock. */
  wallOf(mono: number): number {
    return Math.round(this.now.wall - (this.now.mono - mono));
  }

  result(): Decided {
    const pending = this.#pending;
    if (!this.#save && pending.length === 0) {
      const state = this.#state.pending.length === 0 ? this.#state : { ...this.#state, pending };
      return { state, steps: [...this.#urgent, ...this.#later] };
    }
    const state: State = { ...this.#state, pending, savedAt: this.now.mono };
    const save: Action = { kind: 'save_state', snapshot: state };
    return { state, steps: [save, ...this.#urgent, ...afterwards(state), ...this.#later] };
  }

  #pendingOf(incident: string): Pending {
    const known = this.#pending.find((entry) => entry.incident === incident);
    if (known) return known;
    const fresh: Pending = { incident, events: [], notices: [], record: null };
    this.#pending.push(fresh);
    return fresh;
  }
}

/** Every field by its name: most events change the service alone, and a spread takes several times as long. */
function withService(state: State, service: Service): State {
  const { incidents, signals, closed, pause, deployWindow, budget, sessions } = state;
  const { restartsTotal, pending, savedAt } = state;
  return {
    service,
    incidents,
    signals,
    closed,
    pause,
    deployWindow,
    budget,
    sessions,
    restartsTotal,
    pending,
    savedAt,
  };
}

/**
 * The records and pages a saved state still owes; safe to repeat.
 * @param isRepeat by the next supervisor, which cannot know how much of it was done
 */
export function afterwards(state: State, isRepeat = false): Action[] {
  return state.pending.flatMap(({ incident, events, notices, record }) => [
    ...(events.length > 0 ? [{ kind: 'append_incident', incident, events } as const] : []),
    ...(record ? [recordOf(record, isRepeat)] : []),
    ...notices.map((notice) => ({ kind: 'page', notice }) as const),
  ]);
}

function recordOf({ at, entry }: NonNullable<Pending['record']>, isRepeat: boolean): Action {
  return { kind: 'record_metric', entry, ...(isRepeat ? { unlessSince: at } : {}) };
}
