import { describe, expect, it } from 'vitest';
import type { LocalMessage, LocalPost } from '../../../contracts/local-chat.ts';
import { UnreachableError } from '../errors.ts';
import { converse } from './once.ts';
import type { ChatEvent, ChatTransport, Posted } from './transport.ts';
import { RefusedError } from './transport.ts';

const ask: LocalPost = { id: 'ask', chat: 'main', sender: 'me', text: '@폴 안녕' };
const answer = (seq: number): LocalMessage => ({
  seq,
  chat: 'main',
  direction: 'out',
  id: `turn.${seq}`,
  answers: ['ask'],
  sender: '폴',
  text: `reply ${seq}`,
  at: 0,
});

/** Plays posts and connections by script; an Error is thrown, a list of events is a connection that then breaks. */
class ScriptedChat implements ChatTransport {
  readonly posted: string[] = [];
  readonly askedAfter: number[] = [];
  constructor(
    readonly posts: (Posted | Error)[],
    readonly connections: (ChatEvent[] | Error)[],
  ) {}

  async post(message: LocalPost): Promise<Posted> {
    this.posted.push(message.id);
    const next = this.posts.shift() ?? new UnreachableError('gone');
    if (next instanceof Error) throw next;
    return next;
  }

  async *events(_chat: string, after: number): AsyncGenerator<ChatEvent> {
    this.askedAfter.push(after);
    const next = this.connections.shift() ?? new UnreachableError('gone');
    if (next instanceof Error) throw next;
    yield* next;
    await new Promise((resolve) => setImmediate(resolve)); // the break comes after a quiet moment
  }
}

async function run(chat: ScriptedChat, deadline = new AbortController().signal) {
  const printed: string[] = [];
  let waits = 0;
  const onWaiting = () => {
    waits += 1;
  };
  const persistence = { transport: chat, pause: () => Promise.resolve(), onWaiting };
  const outcome = await converse(persistence, ask, (text) => printed.push(text), deadline);
  return { outcome, printed, waits };
}

const talk = (...messages: LocalMessage[]): ChatEvent[] =>
  messages.map((message) => ({ type: 'message', message }));
const idle: ChatEvent = { type: 'working', working: false };

describe('chat --once', () => {
  it('prints the reply and ends', async () => {
    const result = await run(new ScriptedChat([{ asks: true }], [[...talk(answer(2)), idle]]));
    expect(result).toEqual({ outcome: 'answered', printed: ['reply 2'], waits: 0 });
  });

  it('repeats a post under the same id until the service takes it', async () => {
    const chat = new ScriptedChat(
      [new UnreachableError('reset'), { asks: null }],
      [[...talk(answer(2)), idle]],
    );
    const result = await run(chat);
    expect([result.outcome, chat.posted]).toEqual(['answered', ['ask', 'ask']]);
  });

  it('goes on after the last message it saw when the service dies in between', async () => {
    const chat = new ScriptedChat(
      [{ asks: true }],
      [talk(answer(2)), new UnreachableError('down'), [...talk(answer(5)), idle]],
    );
    const result = await run(chat);
    expect([result.printed, chat.askedAfter]).toEqual([
      ['reply 2', 'reply 5'],
      [0, 2, 2],
    ]);
  });

  it('says that a message without a mention gets no answer', async () => {
    expect((await run(new ScriptedChat([{ asks: false }], []))).outcome).toBe('not_asked');
  });

  it('gives up at the deadline and tells whether the message was stored', async () => {
    const late = AbortSignal.abort();
    expect((await run(new ScriptedChat([{ asks: true }], []), late)).outcome).toBe('not_sent');
  });

  it('reports a refusal instead of repeating it', async () => {
    await expect(run(new ScriptedChat([new RefusedError('too long')], []))).rejects.toThrow('too long');
  });
});
