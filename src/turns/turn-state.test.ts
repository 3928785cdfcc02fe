import { describe, expect, it } from 'vitest';
import { stepTurn, type TurnEvent, type TurnState } from './turn-state.ts';

const session = { id: 's1', lastAssistant: 'a1' };
const final = { ordinal: 2, text: 'bye' };

const EVENTS = {
  consumed: { type: 'consumed', upto: 7 },
  output: { type: 'output', reply: { ordinal: 1, text: 'hi' } },
  quiet: { type: 'quiet', doing: 'command' },
  done: { type: 'done', final, session },
  attempt_failed: { type: 'attempt_failed', session },
  interrupted: { type: 'interrupted', final, session },
  gave_up: { type: 'gave_up', code: 'network' },
  stop_asked: { type: 'stop_asked', reason: 'stop' },
  reset_asked: { type: 'stop_asked', reason: 'reset' },
  idle: { type: 'idle' },
  chat_removed: { type: 'chat_removed' },
} satisfies Record<string, TurnEvent>;
type EventName = keyof typeof EVENTS;

/** Next state, and what is written on the way to it. */
type Expected = Record<EventName, [kind: string, ...effects: string[]]>;

const TABLE: { name: string; state: TurnState; expected: Expected }[] = [
  {
    name: 'running',
    state: { kind: 'running' },
    expected: {
      consumed: ['running', 'take'],
      output: ['running', 'reply'],
      quiet: ['running', 'reassure'],
      done: ['answered', 'keep_session', 'reply', 'tell_if_silent', 'close'],
      attempt_failed: ['running', 'keep_session'],
      interrupted: ['stopped', 'keep_session', 'reply', 'tell', 'close'],
      gave_up: ['failed', 'tell', 'close'],
      stop_asked: ['stopping', 'mark_stop'],
      reset_asked: ['stopping', 'mark_stop', 'drop_session'],
      idle: ['running'],
      chat_removed: ['failed', 'close'],
    },
  },
  {
    name: 'stopping because of stop',
    state: { kind: 'stopping', reason: 'stop' },
    expected: {
      consumed: ['stopping', 'take'],
      output: ['stopping', 'reply'],
      quiet: ['stopping'],
      done: ['answered', 'keep_session', 'reply', 'close'],
      attempt_failed: ['stopped', 'keep_session', 'close'],
      interrupted: ['stopped', 'keep_session', 'reply', 'close'],
      gave_up: ['stopped', 'close'],
      stop_asked: ['stopping'],
      reset_asked: ['stopping', 'mark_stop', 'drop_session'],
      idle: ['stopped', 'close'],
      chat_removed: ['stopped', 'close'],
    },
  },
  {
    name: 'stopping because of reset',
    state: { kind: 'stopping', reason: 'reset' },
    expected: {
      consumed: ['stopping', 'take'],
      output: ['stopping', 'reply'],
      quiet: ['stopping'],
      done: ['answered', 'reply', 'close'],
      attempt_failed: ['stopped', 'close'],
      interrupted: ['stopped', 'reply', 'close'],
      gave_up: ['stopped', 'close'],
      stop_asked: ['stopping'],
      reset_asked: ['stopping'],
      idle: ['stopped', 'close'],
      chat_removed: ['stopped', 'close'],
    },
  },
];

describe.each(TABLE)('a turn that is $name', ({ state, expected }) => {
  it.each(Object.keys(EVENTS) as EventName[])('on %s', (name) => {
    const next = stepTurn(state, EVENTS[name]);
    expect([next.state.kind, ...next.effects.map((effect) => effect.do)]).toEqual(expected[name]);
  });
});

describe.each(['answered', 'failed', 'stopped'] as const)('a turn that is %s', (kind) => {
  it.each(Object.keys(EVENTS) as EventName[])('is not changed by %s', (name) => {
    expect(stepTurn({ kind }, EVENTS[name])).toEqual({ state: { kind }, effects: [] });
  });
});

it('a deleted question gives way to a stop, and a stop to a reset, never the other way', () => {
  const withdrawn: TurnState = { kind: 'stopping', reason: 'withdrawn' };
  expect(stepTurn(withdrawn, EVENTS.stop_asked).state).toEqual({ kind: 'stopping', reason: 'stop' });
  const reset: TurnState = { kind: 'stopping', reason: 'reset' };
  expect(stepTurn(reset, { type: 'stop_asked', reason: 'withdrawn' })).toEqual({ state: reset, effects: [] });
});

it('forgets a session in which the assistant has said nothing: its questions would stand there twice', () => {
  const unheard = { id: 's1', lastAssistant: null };
  expect(stepTurn({ kind: 'running' }, { type: 'attempt_failed', session: unheard }).effects).toEqual([]);
});

it('says nothing about a session that was never known', () => {
  const { effects } = stepTurn({ kind: 'running' }, { type: 'attempt_failed', session: null });
  expect(effects).toEqual([]);
});
