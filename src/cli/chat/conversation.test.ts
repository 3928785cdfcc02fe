import { describe, expect, it } from 'vitest';
import type { LocalMessage } from '../../../contracts/local-chat.ts';
import { advance, beginConversation, type Effect, type Happening } from './conversation.ts';

const reply = (ordinal: number, answers = ['ask']): Happening => ({
  type: 'message',
  message: message(ordinal, answers),
});
const message = (ordinal: number, answers: string[]): LocalMessage => ({
  seq: ordinal + 1,
  chat: 'main',
  direction: 'out',
  id: `turn.${ordinal}`,
  answers,
  sender: '폴',
  text: `reply ${ordinal}`,
  at: 0,
});
const working = (is: boolean): Happening => ({ type: 'working', working: is });

/** What is done over a timeline, in short: printed texts, `quiet?` for a wait, `done`. */
function play(...timeline: Happening[]): string[] {
  let state = beginConversation('ask');
  return timeline.flatMap((happening) => {
    const [next, effects] = advance(state, happening);
    state = next;
    return effects.map(short);
  });
}
const short = (effect: Effect) =>
  effect.type === 'print' ? effect.text : effect.type === 'done' ? 'done' : 'quiet?';

describe('a one-message conversation', () => {
  const quiet: Happening = { type: 'quiet' };
  const cases: [title: string, timeline: Happening[], expected: string[]][] = [
    [
      'ends after the reply once the sign is off and it is quiet',
      [working(true), reply(1), working(false), quiet],
      ['reply 1', 'quiet?', 'done'],
    ],
    [
      'prints every reply of the turn as it comes',
      [working(true), reply(1), reply(2), working(false), quiet],
      ['reply 1', 'reply 2', 'quiet?', 'done'],
    ],
    [
      'waits for a last reply that comes just after the sign went off',
      [working(true), working(false), reply(1), quiet],
      ['reply 1', 'quiet?', 'done'],
    ],
    ['never ends without an answer', [working(true), working(false), quiet], []],
    ['does not end while the assistant works on', [working(true), reply(1), quiet], ['reply 1']],
    ['ignores answers to others', [working(false), reply(1, ['other']), quiet], []],
    [
      'prints a reply once when it is told again after a reconnect',
      [reply(1), { type: 'lost' }, reply(1), working(false), quiet],
      ['reply 1', 'quiet?', 'done'],
    ],
    [
      'does not trust the sign of before a lost connection',
      [working(false), { type: 'lost' }, reply(1), quiet],
      ['reply 1'],
    ],
  ];
  it.each(cases)('%s', (_title, timeline, expected) => {
    expect(play(...timeline)).toEqual(expected);
  });
});
