import { expect, test } from 'vitest';
import {
  type Chat,
  type ChatEvent,
  type Delivery,
  emptyChat,
  lastSeq,
  nextToSend,
  reduceChat,
  TRANSCRIPT_LIMIT,
} from './chat-state.ts';
import { messageOf } from './testing.ts';

const play = (events: ChatEvent[], start: Chat = emptyChat): Chat => events.reduce(reduceChat, start);
const written = (id: string): ChatEvent => ({ type: 'written', id, text: `say ${id}`, at: 1 });

test('the transcript is ordered by sequence and shows a repeat once', () => {
  const chat = play([2, 1, 3, 2].map((seq) => ({ type: 'message', message: messageOf(seq) })));
  expect(chat.transcript.map((message) => message.seq)).toEqual([1, 2, 3]);
  expect(lastSeq(chat)).toBe(3);
  expect(lastSeq(emptyChat)).toBe(0);
});

test('the transcript keeps only the newest messages', () => {
  const seqs = Array.from({ length: TRANSCRIPT_LIMIT + 5 }, (_, index) => index + 1);
  const chat = play(seqs.map((seq) => ({ type: 'message', message: messageOf(seq) })));
  expect(chat.transcript).toHaveLength(TRANSCRIPT_LIMIT);
  expect(chat.transcript[0]?.seq).toBe(6);
});

test.each<[ChatEvent, Delivery]>([
  [{ type: 'sending', id: 'a' }, { kind: 'sending' }],
  [{ type: 'accepted', id: 'a' }, { kind: 'accepted' }],
  [{ type: 'postponed', id: 'a' }, { kind: 'waiting' }],
  [
    { type: 'refused', id: 'a', reason: 'too long' },
    { kind: 'refused', reason: 'too long' },
  ],
])('%j moves the written message to %j', (event, delivery) => {
  expect(play([written('a'), event]).outgoing[0]?.delivery).toEqual(delivery);
});

test('the echo of a message removes it in whatever state it is, also when the echo is a repeat', () => {
  const echo: ChatEvent = { type: 'message', message: messageOf(7, { id: 'a' }) };
  expect(play([written('a'), echo]).outgoing).toEqual([]);
  expect(play([echo, written('a'), { type: 'sending', id: 'a' }, echo]).outgoing).toEqual([]);
});

test('an answer that carries the id of a written message does not remove it', () => {
  const answer: ChatEvent = { type: 'message', message: messageOf(7, { id: 'a', direction: 'out' }) };
  expect(play([written('a'), answer]).outgoing).toHaveLength(1);
});

test('messages are sent in order and one at a time; a refused one does not hold the others back', () => {
  const two = play([written('a'), written('b')]);
  expect(nextToSend(two)?.id).toBe('a');
  expect(nextToSend(play([{ type: 'sending', id: 'a' }], two))).toBeNull();
  expect(nextToSend(play([{ type: 'refused', id: 'a', reason: '' }], two))?.id).toBe('b');
  expect(play([{ type: 'withdrawn', id: 'a' }], two).outgoing.map((one) => one.id)).toEqual(['b']);
});

test('a broken stream ends the working sign, because nobody would end it', () => {
  expect(play([{ type: 'working', working: true }, { type: 'disconnected' }]).working).toBe(false);
});
