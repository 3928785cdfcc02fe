import type { GatewayInteractionCreateDispatchData } from 'discord.js';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import type { InboundMessage } from '../../store/journal.ts';
import type { Receipt } from '../channel.ts';
import type { Answer } from './interaction-api.ts';
import { Invocations } from './invocations.ts';

let clock: FakeClock;
let said: string[];
let stored: InboundMessage[];
let receipt: Receipt;
/** What a command answers, and when. */
let commanded: Promise<string>;
let storing: Promise<void>;
let logged: string;
let invocations: Invocations;

const note = (how: string, { content, isPrivate }: Answer) =>
  void said.push(`${how}${isPrivate ? ' private' : ''}: ${content}`);

function give(name: string, more: object = {}): void {
  const options = name === 'ask' ? [{ type: 3, name: 'text', value: '내일 날씨는?' }] : [];
  const interaction = {
    ...{ id: '4194304', token: 'secret-token', application_id: '1', type: 2, locale: 'ko', guild_id: '100' },
    ...{ channel: { id: '201' }, member: { user: { id: '11' }, nick: '민지' } },
    ...{ data: { type: 1, name, options } },
    ...more,
  };
  invocations.take(interaction as unknown as GatewayInteractionCreateDispatchData);
}

beforeEach(() => {
  clock = new FakeClock();
  [said, stored, logged] = [[], [], ''];
  receipt = { kind: 'stored', asks: true, isCommand: false };
  [commanded, storing] = [Promise.resolve('all well'), Promise.resolve()];
  invocations = new Invocations({
    ...{ clock, signal: new AbortController().signal },
    log: pino({}, { write: (line: string) => (logged += line) }),
    api: {
      respond: async (_to, answer) => note('respond', answer),
      defer: async (_to, isPrivate) => void said.push(isPrivate ? 'defer private' : 'defer'),
      complete: async (_to, answer) => note('complete', answer),
      followUp: async (_to, answer) => note('followUp', answer),
    },
    command: async ({ jid, sender, name }) => `${jid} ${sender} ${name}: ${await commanded}`,
    toMessage: ({ id, content }) => ({ id, text: content, mentioned: false }) as InboundMessage,
    async store(message) {
      await storing;
      stored.push(message);
      return receipt;
    },
  });
});

describe('a command', () => {
  it('is carried out and answered to who gave it', async () => {
    give('status');
    await settle();
    expect(said).toEqual(['respond private: dc:201 11 status: all well']);
  });

  it('in a direct chat comes from its person', async () => {
    give('stop', { member: undefined, guild_id: undefined, user: { id: '12' } });
    await settle();
    expect(said).toEqual(['respond private: dc:201 12 stop: all well']);
  });

  it('whose event comes twice is carried out once', async () => {
    give('reset');
    give('reset');
    await settle();
    expect(said).toHaveLength(1);
  });

  it('that takes long is promised an answer, and gets it', async () => {
    let finish = (_said: string): void => undefined;
    commanded = new Promise((resolve) => (finish = resolve));
    give('tasks');
    await settle();
    clock.advance(2000);
    await settle();
    finish('three');
    await settle();
    expect(said).toEqual(['defer private', 'complete private: dc:201 11 tasks: three']);
  });

  it('whose answer is long gets it in several messages', async () => {
    commanded = Promise.resolve(`${'a'.repeat(1500)}\n\n${'b'.repeat(1500)}`);
    give('tasks');
    await settle();
    expect(said.map((one) => one.split(':')[0])).toEqual(['respond private', 'followUp private']);
  });

  it('that fails says so in the language of the person, and its token stays secret', async () => {
    commanded = Promise.reject(new Error('no'));
    give('status', { locale: 'en-US' });
    await settle();
    expect(said).toEqual(['respond private: That did not work. Please try again.']);
    expect(logged).not.toContain('secret-token');
  });

  it.each([
    ['a button', { type: 3 }],
    ['a command on a message', { data: { type: 3, name: 'status' } }],
  ])('is not %s', async (_what, more) => {
    give('status', more);
    await settle();
    expect(said).toEqual([]);
  });
});

describe('a question', () => {
  it('is stored as one that calls us, then shown to everybody', async () => {
    give('ask');
    await settle();
    expect(stored).toEqual([{ id: '4194304-ask', text: '내일 날씨는?', mentioned: true }]);
    expect(said).toEqual(['respond: > 내일 날씨는?']);
  });

  it('is not shown before it is stored', async () => {
    let finish = (): void => undefined;
    storing = new Promise((resolve) => (finish = resolve));
    give('ask');
    await settle();
    expect(said).toEqual([]);
    clock.advance(2000);
    await settle();
    expect(said).toEqual(['defer']);
    finish();
    await settle();
    expect(said).toEqual(['defer', 'complete: > 내일 날씨는?']);
  });

  it('in a chat that is not registered is told so', async () => {
    receipt = { kind: 'unregistered' };
    give('ask');
    await settle();
    expect(said).toEqual([expect.stringMatching(/^respond private: 이 채팅은/)]);
  });
});
