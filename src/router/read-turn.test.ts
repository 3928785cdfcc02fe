import { beforeEach, describe, expect, it } from 'vitest';
import { aMessage, aTurn } from '../../tests/fakes/records.ts';
import type { InboundMessage } from '../store/journal.ts';
import { createStore, type Store } from '../store/store.ts';
import { readTurn } from './read-turn.ts';

const NOW = Date.parse('2026-03-01T09:00:00Z');
const MINUTE_MS = 60_000;

let store: Store;
let rows: number;
beforeEach(() => {
  store = createStore(':memory:');
  rows = 0;
});

/** @returns its row */
async function hear(text: string, over: Partial<InboundMessage> = {}, asks = true): Promise<number> {
  rows += 1;
  const message = aMessage({ id: `m${rows}`, text, at: NOW - MINUTE_MS, ...over });
  await store.write(() => {
    store.journal.touchChat(message);
    store.journal.append(message, { asks, isCommand: false });
  });
  return rows;
}

type Reply = { by: 'agent' | 'light'; minutesAgo?: number; thread?: string };

async function reply(body: string, { by, minutesAgo = 1, thread }: Reply): Promise<void> {
  const turn = aTurn({ id: `t${Math.random()}`, fromSeq: rows, uptoSeq: rows, thread: thread ?? null });
  const at = NOW - minutesAgo * MINUTE_MS;
  await store.write(() => {
    store.turns.open(turn, at);
    if (by === 'agent') store.turns.countAttempt(turn.id);
    const { jid, id: turnId } = turn;
    store.outbox.add({ key: turnId, turnId, ordinal: 1, jid, thread: turn.thread, body }, at);
    store.turns.end(turn.id, 'answered', null, at);
  });
}

const read = (fromSeq: number, thread: string | null = null) =>
  readTurn(store, aTurn({ fromSeq, uptoSeq: rows, thread }), ['폴'], NOW);
const featuresOf = (fromSeq: number, thread: string | null = null) => read(fromSeq, thread).features;

describe('the words of a turn', () => {
  it('are those that ask; files count wherever they came with', async () => {
    const first = await hear('look at this', { files: [{ ref: 'f', name: 'a.png', bytes: 1 }] }, false);
    await hear('@폴 안녕');
    expect(featuresOf(first)).toMatchObject({ text: '@폴 안녕', questions: 1, attachments: 1 });
  });

  it('are several when several ask', async () => {
    const first = await hear('안녕');
    await hear('아니 그거 말고');
    expect(featuresOf(first)).toMatchObject({ questions: 2, origin: 'person' });
  });
});

describe('what was said before', () => {
  it.each([
    ['Shall I delete it?', 'agent', true],
    ['지울까요', 'agent', true],
    ['Done. **Anything else?**', 'agent', true],
    ['Done.', 'agent', false],
    ['무엇을 도와드릴까요?', 'light', false],
  ] as const)('%j by the %s awaits an answer: %s', async (body, by, expected) => {
    await hear('before');
    await reply(body, { by });
    expect(featuresOf(await hear('안녕'))).toMatchObject({ awaitsAnswer: expected });
  });

  it.each([
    ['agent', 29, true],
    ['agent', 31, false],
    ['light', 1, false],
  ] as const)('by the %s %i minutes ago makes a follow-up likely: %s', async (by, minutesAgo, expected) => {
    await hear('before');
    await reply('Done.', { by, minutesAgo });
    await reply('천만에요', { by: 'light', minutesAgo: 0 });
    expect(featuresOf(await hear('결론이 뭐야?'))).toMatchObject({ followsAgent: expected });
  });

  it('comes in the order of time, people by name, without the question', async () => {
    await hear('what is a haiku', { at: NOW - 9 * MINUTE_MS });
    await reply('A short poem.', { by: 'light', minutesAgo: 8 });
    await hear('nice', { at: NOW - 7 * MINUTE_MS }, false);
    const asked = await hear('고마워');
    expect(read(asked).history()).toEqual([
      { role: 'user', text: 'Kim: what is a haiku' },
      { role: 'assistant', text: 'A short poem.' },
      { role: 'user', text: 'Kim: nice' },
    ]);
  });
});

describe('a thread', () => {
  it('that the message itself begins is no agent’s', async () => {
    expect(featuresOf(await hear('안녕', { id: 'root', thread: 'root' }), 'root').inAgentThread).toBe(false);
  });

  it.each([
    ['agent', true],
    ['light', false],
  ] as const)('in which the %s answered is the agent’s: %s', async (by, expected) => {
    await hear('안녕', { id: 'root', thread: 'root' });
    await reply('Hello.', { by, thread: 'root', minutesAgo: 5000 });
    expect(featuresOf(await hear('고마워', { thread: 'root' }), 'root').inAgentThread).toBe(expected);
  });

  it('below a message that nobody wrote is one below ours, and the agent’s', async () => {
    expect(featuresOf(await hear('고마워', { thread: 'ours' }), 'ours').inAgentThread).toBe(true);
  });
});
