import { describe, expect, it } from 'vitest';
import type { StoredMessage } from '../store/journal.ts';
import { askingThread, fitContext, selectForTurn, splitAtQuestions, TURN_TEXT_LIMIT } from './select.ts';

const BIG = 'x'.repeat(TURN_TEXT_LIMIT * 0.6);

/** `a` asks, `c` is chatter; a digit names its thread. */
function rows(...kinds: Array<[kind: 'a' | 'c', thread?: string | null, content?: string]>): StoredMessage[] {
  return kinds.map(([kind, thread = null, content = 'text'], index) => ({
    seq: index + 1,
    id: `m${index + 1}`,
    thread,
    senderName: 'Kim',
    content,
    timestamp: '2026-01-01T00:00:00.000Z',
    asks: kind === 'a' ? 1 : 0,
    files: [],
  }));
}
const ids = (messages: readonly StoredMessage[]) => messages.map((message) => message.seq);

describe('the messages of one turn', () => {
  it.each([
    ['one that asks, with the chatter around it', rows(['c'], ['a'], ['c']), [1, 2, 3]],
    ['several that ask in one thread', rows(['a', 't'], ['c', 'u'], ['a', 't']), [1, 2, 3]],
    ['up to the first that asks elsewhere', rows(['a', 't'], ['c', 't'], ['a', 'u'], ['a', 't']), [1, 2]],
    ['as many as fit, the rest is the next turn', rows(['a', null, BIG], ['a', null, BIG]), [1]],
    ['a single one, however long', rows(['a', null, BIG + BIG]), [1]],
  ])('are %s', (_what, messages, expected) => {
    const asking = askingThread(messages);
    expect(ids(selectForTurn(messages, asking?.thread ?? null))).toEqual(expected);
  });

  it('are answered in the thread that asked, not in that of later chatter', () => {
    expect(askingThread(rows(['c', 'x'], ['a', 't'], ['c', 'u']))).toEqual({ thread: 't' });
    expect(askingThread(rows(['c', 'x']))).toBeNull();
  });

  it('lose the oldest chatter when they are too long, never what asks', () => {
    const { kept, dropped } = fitContext(rows(['c', null, BIG], ['c', null, BIG], ['a'], ['c']));
    expect({ kept: ids(kept), dropped }).toEqual({ kept: [2, 3, 4], dropped: 1 });
  });
});

it.each([
  [rows(['c'], ['a'], ['a'], ['c'], ['c'], ['a'], ['c']), [[1, 2], [3], [4, 5, 6]]],
  [rows(['c'], ['c']), []],
  [[], []],
])('splits %j at its questions', (messages, pieces) => {
  expect(splitAtQuestions(messages).map(ids)).toEqual(pieces);
});
