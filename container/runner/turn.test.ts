import { describe, expect, it } from 'vitest';
import type { Failure } from './conversation.ts';
import {
  holdsMessages,
  newTurn,
  REPLY_LIMIT,
  stepTurn,
  type Turn,
  type TurnEvent,
  type TurnFrame,
} from './turn.ts';

const crashed: Failure = { code: 'crashed', text: 'child died' };
const first: TurnEvent = { type: 'pushed', uuid: 'a', messages: ['m1'], offered: false };
const offer: TurnEvent = { type: 'pushed', uuid: 'b', messages: ['m2'], offered: true };
const interrupt: TurnEvent = { type: 'interrupt' };
const gone: TurnEvent = { type: 'gone', failure: crashed };

function result(
  inputs: string[] | null,
  text: string | null = 'hi',
  failure: Failure | null = null,
): TurnEvent {
  return { type: 'result', inputs, text, failure };
}

function play(...events: TurnEvent[]): { turn: Turn; frames: TurnFrame[] } {
  let turn = newTurn('t', 1);
  const frames: TurnFrame[] = [];
  for (const event of events) {
    const step = stepTurn(turn, event);
    turn = step.turn;
    frames.push(...step.frames);
  }
  return { turn, frames };
}

const done = (ordinal: number, text = 'hi') => ({
  type: 'end',
  outcome: 'done',
  final: { ordinal, text },
  error: null,
});
const silent = { type: 'end', outcome: 'done', final: null, error: null };
const failed = (error: Failure) => ({ type: 'end', outcome: 'failed', final: null, error });
const interrupted = (final: { ordinal: number; text: string } | null) => ({
  type: 'end',
  outcome: 'interrupted',
  final,
  error: null,
});
const consumed = { type: 'consumed', messages: ['m2'] };
const network: Failure = { code: 'network', text: 'no answer' };

describe('a turn', () => {
  const cases: [string, TurnEvent[], unknown[]][] = [
    ['ends with the reply that answers its only input', [first, result(['a'])], [done(1)]],
    ['ends without a reply when the result has no text', [first, result(['a'], null)], [silent]],
    ['does not report its first input as consumed', [first, { type: 'taken', inputs: ['a'] }], []],
    [
      'goes on when a follow-up is unanswered, and ends with the next reply',
      [first, offer, result(['a'], 'one'), { type: 'taken', inputs: ['b'] }, result(['b'], 'two')],
      [{ type: 'output', ordinal: 1, text: 'one' }, consumed, done(2, 'two')],
    ],
    [
      'uses no ordinal for a result without text',
      [first, offer, result(['a'], null), result(['b'], 'two')],
      [consumed, done(1, 'two')],
    ],
    ['ends once when one reply answers both inputs', [first, offer, result(['a', 'b'])], [consumed, done(1)]],
    [
      'reports a follow-up consumed once',
      [first, offer, { type: 'taken', inputs: ['b'] }, { type: 'taken', inputs: ['b'] }],
      [consumed],
    ],
    ['ignores a result that answers none of its inputs', [first, result(['z'])], []],
    ['ignores an unlabelled result before anything was taken', [first, result(null)], []],
    [
      'takes an unlabelled result as the answer to what was taken',
      [first, { type: 'taken', inputs: ['a'] }, result(null)],
      [done(1)],
    ],
    ['fails with the failure of a result', [first, result(['a'], 'API Error', network)], [failed(network)]],
    ['fails with an unlabelled failure', [first, result(null, null, network)], [failed(network)]],
    ['fails when the child is gone', [first, gone], [failed(crashed)]],
    [
      'is interrupted when the result of an interrupt comes',
      [first, interrupt, result(['a'], null, network)],
      [interrupted(null)],
    ],
    [
      'keeps a reply that was ready before the interrupt',
      [first, interrupt, result(['a'])],
      [interrupted({ ordinal: 1, text: 'hi' })],
    ],
    ['is interrupted when the child had to be ended', [first, interrupt, gone], [interrupted(null)]],
    ['is silent after its end', [first, result(['a']), gone, interrupt, offer, result(['b'])], [done(1)]],
  ];
  it.each(cases)('%s', (_title, events, frames) => {
    expect(play(...events).frames).toEqual(frames);
  });

  it('numbers replies from the first ordinal of a re-run', () => {
    const pushed = stepTurn(newTurn('t', 4), first).turn;
    expect(stepTurn(pushed, result(['a'])).frames).toEqual([done(4)]);
  });

  it('cuts a reply that no frame could carry, and says so', () => {
    const [end] = play(first, result(['a'], 'x'.repeat(REPLY_LIMIT + 1))).frames;
    const text = end?.type === 'end' ? (end.final?.text ?? '') : '';
    expect(text.slice(REPLY_LIMIT)).toBe(`\n\n[cut here: the reply was ${REPLY_LIMIT + 1} characters long]`);
  });

  it('knows the messages it holds already', () => {
    const { turn } = play(first, offer);
    expect(holdsMessages(turn, ['m2'])).toBe(true);
    expect(holdsMessages(turn, ['m2', 'm3'])).toBe(false);
  });
});
