import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aTurn } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';
import type { Channel, Outgoing, SendOutcome } from '../channels/channel.ts';
import { createStore, type Store } from '../store/store.ts';
import { Delivery } from './delivery.ts';

const SENT: SendOutcome = { kind: 'sent', receipt: 'r' };

/** A platform whose answers the test writes; `x:` chats are its own. */
class FakeChannel implements Channel {
  readonly name = 'fake';
  readonly sent: Outgoing[] = [];
  answers: Array<SendOutcome | Error> = [];
  owns = (jid: string) => jid.startsWith('x:');
  start = async () => undefined;
  stop = async () => undefined;
  setWorking = () => undefined;
  connection: 'ok' | 'failed' = 'ok';
  health = () => ({ name: 'channel:fake', state: this.connection, reason: '', required: false });
  openFile = async () => {
    throw new Error('no files here');
  };
  available = async () => [];
  async send(message: Outgoing): Promise<SendOutcome> {
    this.sent.push(message);
    const answer = this.answers.shift() ?? SENT;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

let store: Store;
let clock: FakeClock;
let channel: FakeChannel;
const newDelivery = () =>
  new Delivery({
    store,
    channels: [channel],
    clock,
    log: pino({ level: 'silent' }),
    files: { drop: async () => undefined, sweep: async () => undefined },
    mainChats: () => ['x:main'],
    language: 'en',
    answersOf: () => ['m1'],
    onRecord: () => undefined,
  });
const states = () => store.db.prepare('SELECT state FROM outbox ORDER BY seq').pluck().all();
const keys = () => channel.sent.map((message) => message.key);

async function queue(...rows: Array<[jid: string, key: string]>): Promise<void> {
  await store.write(() => {
    const turn = aTurn({ id: 't', jid: 'x:1' });
    if (store.turns.running().length === 0) store.turns.open(turn, 0);
    for (const [jid, key] of rows)
      store.outbox.add({ key, turnId: 't', ordinal: 0, jid, thread: null, body: key }, 0);
  });
}

beforeEach(() => {
  store = createStore(':memory:');
  clock = new FakeClock();
  channel = new FakeChannel();
});

describe('what it says of a channel', () => {
  const minutes = async (count: number) => {
    for (let second = 0; second < count * 60; second += 1) {
      clock.advance(1000);
      await settle(2);
    }
  };

  it('is that all is well while nothing waits, and while the platform has asked for a wait', async () => {
    const delivery = newDelivery();
    expect(delivery.healthOf(channel)).toMatchObject({ name: 'delivery:fake', state: 'ok', required: false });
    await queue(['x:1', 'a']);
    channel.answers = [{ kind: 'retry', afterMs: 600_000, reason: '429' }];
    await delivery.wake('x:1');
    await minutes(9);
    expect(delivery.healthOf(channel)).toMatchObject({ state: 'ok' });
  });

  it.each<SendOutcome>([
    { kind: 'retry', afterMs: 5000, reason: 'HTTP 503' },
    { kind: 'unclear', reason: 'HTTP 503' },
  ])(
    'is that its platform takes nothing, when it is connected and answers each time with %j',
    async (answer) => {
      const delivery = newDelivery();
      await queue(['x:1', 'a']);
      channel.answers = Array.from({ length: 40 }, () => answer);
      await delivery.wake('x:1');
      await minutes(0.9);
      expect(delivery.healthOf(channel).state).toBe('ok');
      await minutes(1);
      expect(delivery.healthOf(channel)).toMatchObject({ state: 'degraded', signal: 'platform_down' });
      expect(delivery.healthOf(channel).reason).toMatch(
        /^fake is connected and has taken no reply for \d+ s: HTTP 503$/,
      );
      channel.connection = 'failed';
      expect(delivery.healthOf(channel).state).toBe('ok');
      channel.connection = 'ok';
      channel.answers = [];
      await minutes(2);
      expect(delivery.healthOf(channel)).toMatchObject({ state: 'ok', reason: 'nothing waits' });
    },
  );

  it('is that a reply lies there with nobody at it, which is nobody’s fault but ours', async () => {
    const delivery = newDelivery();
    await queue(['x:1', 'a']);
    await minutes(2);
    const reason = 'replies in 1 chats wait, and nobody was at one for 120 s';
    expect(delivery.healthOf(channel)).toMatchObject({ state: 'failed', signal: 'delivery_stuck', reason });
    await delivery.wake('x:1');
    expect(delivery.healthOf(channel).state).toBe('ok');
  });
});

describe('delivery', () => {
  it('sends the replies of a chat in order and records the receipt', async () => {
    await queue(['x:1', 'a'], ['x:1', 'b']);
    await newDelivery().wake('x:1');
    expect(keys()).toEqual(['a', 'b']);
    expect(states()).toEqual(['sent', 'sent']);
    expect(channel.sent[0]?.answers).toEqual(['m1']);
  });

  it('keeps the order of a chat while its first reply waits, and lets other chats go on', async () => {
    await queue(['x:1', 'a'], ['x:1', 'b'], ['x:2', 'c']);
    channel.answers = [{ kind: 'retry', afterMs: 3000, reason: '429' }];
    const delivery = newDelivery();
    await Promise.all([delivery.wake('x:1'), delivery.wake('x:2')]);
    expect(keys()).toEqual(['a', 'c']);
    clock.advance(3000);
    await settle();
    expect(keys()).toEqual(['a', 'c', 'a', 'b']);
  });

  it('waits as long as the platform said, whatever else is to be sent meanwhile', async () => {
    await queue(['x:1', 'a']);
    channel.answers = [{ kind: 'retry', afterMs: 3000, reason: '429' }];
    const delivery = newDelivery();
    await delivery.wake('x:1');
    clock.advance(2999);
    await queue(['x:1', 'b']);
    await delivery.wake('x:1');
    expect(keys()).toEqual(['a']);
    clock.advance(1);
    await settle();
    expect(keys()).toEqual(['a', 'a', 'b']);
  });

  it('says of a reply that is sent again which one was delivered before it', async () => {
    await queue(['x:1', 'a'], ['x:2', 'c'], ['x:1', 'b']);
    channel.answers = [SENT, { kind: 'retry', afterMs: 3000, reason: '429' }];
    const delivery = newDelivery();
    await delivery.wake('x:1');
    clock.advance(3000);
    await settle();
    expect(channel.sent.map(({ key, previous }) => [key, previous])).toEqual([
      ['a', null],
      ['b', null],
      ['b', 'r'],
    ]);
  });

  it.each([
    ['an unclear outcome', { kind: 'unclear', reason: 'response lost' } as const],
    ['a thrown error', new Error('reset')],
  ])('sends again under the same key after %s', async (_what, answer) => {
    await queue(['x:1', 'a']);
    channel.answers = [answer];
    await newDelivery().wake('x:1');
    expect(states()).toEqual(['unclear']);
    clock.advance(1000);
    await settle();
    expect(keys()).toEqual(['a', 'a']);
    expect(states()).toEqual(['sent']);
  });

  it('settles what can never be delivered, tells the operators, and goes on with the next', async () => {
    await queue(['x:1', 'a'], ['x:1', 'b']);
    channel.answers = [{ kind: 'undeliverable', reason: 'the channel was deleted', chat: 'gone' }];
    await newDelivery().wake('x:1');
    await settle();
    expect(states()).toEqual(['undeliverable', 'sent', 'sent']);
    const notice = channel.sent.find(({ jid }) => jid === 'x:main');
    expect(notice?.text).toBe('⚠️ A reply to x:1 can never be delivered: the channel was deleted');
  });

  it('tells the chat itself when only this reply is refused, and says no more when that fails too', async () => {
    await queue(['x:1', 'a']);
    const refused: SendOutcome = {
      kind: 'undeliverable',
      reason: 'the file is too large',
      chat: 'reachable',
    };
    channel.answers = [refused, refused];
    await newDelivery().wake('x:1');
    await settle();
    expect(channel.sent.map(({ text }) => text)).toEqual([
      'a',
      '⚠️ A reply could not be sent: the file is too large',
    ]);
    expect(states()).toEqual(['undeliverable', 'undeliverable']);
  });

  it('tells operators of a reply to a platform that is switched off', async () => {
    await queue(['nowhere:1', 'a']);
    await newDelivery().wake('nowhere:1');
    await settle();
    expect(channel.sent.map(({ text }) => text)).toEqual([
      '⚠️ A reply to nowhere:1 can never be delivered: no channel serves nowhere:1',
    ]);
  });

  it('takes up at start what a former process was sending when it died', async () => {
    await queue(['x:1', 'a']);
    await store.write(() => store.outbox.markSending(1, 0));
    await newDelivery().start();
    await settle();
    expect(keys()).toEqual(['a']);
    expect(states()).toEqual(['sent']);
  });

  it('sends nothing new once it is stopped', async () => {
    const delivery = newDelivery();
    await delivery.stop();
    await queue(['x:1', 'a']);
    await delivery.wake('x:1');
    expect(keys()).toEqual([]);
  });
});
