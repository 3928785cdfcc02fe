/** The core, broken on purpose in one way each: the simulation must find every one of them. */
import type { Action } from '../../contracts/action.ts';
import { EXIT } from '../../contracts/exit-codes.ts';
import { decide } from '../../supervisor/decide/decide.ts';
import type { Decided } from '../../supervisor/decide/decision.ts';
import type { Event } from '../../supervisor/decide/event.ts';
import type { State } from '../../supervisor/decide/state.ts';

type Core = typeof decide;

const withState =
  (change: (state: State, event: Event) => State): Core =>
  (state, event, policy) =>
    decide(change(state, event), event, policy);

const withSteps =
  (change: (decided: Decided, before: State, event: Event) => Action[]): Core =>
  (state, event, policy) => {
    const decided = decide(state, event, policy);
    return { ...decided, steps: change(decided, state, event) };
  };

const withEvent =
  (change: (event: Event) => Event): Core =>
  (state, event, policy) =>
    decide(state, change(event), policy);

const isSave = ({ kind }: Action) => kind === 'save_state';

/** Closes an incident with another word than before. */
function repeatEnd(action: Action): Action[] {
  if (action.kind !== 'append_incident') return [action];
  const ends = action.events
    .filter(({ type }) => type === 'closed')
    .map((event) => ({ ...event, at: event.at + 1 }));
  return [action, { ...action, events: ends }];
}

export const MUTANTS: Readonly<Record<string, Core>> = {
  'forgets the restart budget': withState((state) => ({ ...state, budget: [] })),
  'forgets a pause': withState((state) => ({ ...state, pause: null })),
  'forgets what it tried': withState((state) => ({
    ...state,
    incidents: state.incidents.map((incident) => ({ ...incident, rungs: {} })),
  })),
  'forgets its sessions': withState((state) => ({
    ...state,
    sessions: [],
    incidents: state.incidents.map((incident) => ({ ...incident, emergency: 'unused' })),
  })),
  'forgets that it has paged': withState((state) => ({
    ...state,
    incidents: state.incidents.map((incident) => ({ ...incident, page: null })),
  })),
  'starts what was stopped on purpose': withState((state, { kind }) =>
    kind === 'boot' && state.service.kind === 'stopped'
      ? { ...state, service: { ...state.service, by: 'nobody' } }
      : state,
  ),
  'takes its own suspend for silence': (state, event, policy) =>
    event.kind === 'own_stall' ? { state, steps: [] } : decide(state, event, policy),
  'acts before it saves': withSteps(({ steps }) => [
    ...steps.filter((step) => !isSave(step)),
    ...steps.filter(isSave),
  ]),
  'ends an incident twice': withSteps(({ steps }) => steps.flatMap(repeatEnd)),
  'never ends an incident': withState((state, { kind, now }) =>
    kind === 'probe_result' && state.service.kind === 'up'
      ? { ...state, service: { ...state.service, since: now.mono } }
      : state,
  ),
  'takes a database that cannot be opened for any crash': withEvent((event) =>
    event.kind === 'child_exited' && event.code === EXIT.database ? { ...event, code: EXIT.failure } : event,
  ),
  'takes an end that was meant for a crash': withEvent((event) =>
    event.kind === 'boot' ? { ...event, meant: false } : event,
  ),
  'takes credit for looking': withEvent((event) =>
    event.kind === 'remedy_result' && event.outcome.kind === 'nothing_to_do'
      ? { ...event, outcome: { ...event.outcome, kind: 'done' } }
      : event,
  ),
  'takes an attempt at work for one that stands still': withEvent((event) => {
    if (event.kind !== 'probe_result' || !event.report?.standstill?.attempt) return event;
    const { standstill } = event.report;
    const idleMs = standstill.attempt?.ageMs ?? null;
    return { ...event, report: { ...event.report, standstill: { ...standstill, idleMs } } };
  }),
  'verifies a cause by the answer to another': (state, event, policy) => {
    const decided = decide(state, event, policy);
    const incidents = decided.state.incidents.map((incident) => {
      const before = state.incidents.find(({ id }) => id === incident.id);
      const isTakenOver = before?.step.kind === 'verify' && before.root.code !== incident.root.code;
      return isTakenOver ? { ...incident, step: before.step } : incident;
    });
    return { ...decided, state: { ...decided.state, incidents } };
  },
  'waits for calm though somebody has seen to it': (state, event, policy) => {
    const decided = decide(state, event, policy);
    const incidents = decided.state.incidents.map((incident) => {
      const before = state.incidents.find(({ id }) => id === incident.id);
      return before ? { ...incident, flap: incident.flap ?? before.flap } : incident;
    });
    return { ...decided, state: { ...decided.state, incidents } };
  },
  'has no word for a stop by people': withSteps(({ steps }) =>
    steps.filter((step) => step.kind !== 'record_metric' || step.entry.metric !== 'operator_stop'),
  ),
  'forgets the last record of an incident when it dies over it': withSteps(({ steps }) =>
    steps.map((step) => {
      if (step.kind !== 'save_state') return step;
      const { pending } = step.snapshot as State;
      return {
        ...step,
        snapshot: { ...step.snapshot, pending: pending.map((p) => ({ ...p, record: null })) },
      };
    }),
  ),
  'writes the last record of an incident again when it begins anew': withSteps(({ steps }, before, event) => {
    if (event.kind !== 'boot') return steps;
    const owed = before.pending.flatMap(({ record }) => (record ? [record.entry] : []));
    return [...steps, ...owed.map((entry) => ({ kind: 'record_metric', entry }) as const)];
  }),
  'restarts for an expired sign-in': withSteps(({ steps }, { service, signals }, { kind }) => {
    const isExpired = signals.some(({ code, level }) => code === 'sign_in_expired' && level === 'visible');
    if (kind !== 'tick' || service.kind !== 'up' || !isExpired) return steps;
    return [...steps, { kind: 'terminate', pid: service.process.pid, birth: service.process.birth }];
  }),
};
