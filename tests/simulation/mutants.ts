/** The core, broken on purpose in one way each: the simulation must find every one of them. */
import type { Action } from '../../contracts/action.ts';
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
  'restarts for an expired sign-in': withSteps(({ steps }, { service, signals }, { kind }) => {
    const isExpired = signals.some(({ code, level }) => code === 'sign_in_expired' && level === 'visible');
    if (kind !== 'tick' || service.kind !== 'up' || !isExpired) return steps;
    return [...steps, { kind: 'terminate', pid: service.process.pid, birth: service.process.birth }];
  }),
};
