/** Slack gone, or half of it, while people go on writing: with clocks that are told how much time went by. */
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import { until } from '../e2e/until.ts';
import { aTurn } from '../fakes/records.ts';
import { connected, DEADLINE_MS, GENERAL, MINJI, type SlackWorld, startSlackWorld } from './slack-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let world: SlackWorld;
afterEach(() => world.stop());

/** A world whose wall clock, and the channel's, stand where they are put. */
async function startAt(aheadMs: number, registeredAheadMs: number) {
  let offset = aheadMs;
  const clock = { ...systemClock, now: () => Date.now() + offset };
  world = await startSlackWorld({ clock, registeredAt: Date.now() + registeredAheadMs });
  const channel = world.newChannel({ clock });
  const pass = (ms: number) => {
    offset += ms;
  };
  return { channel, pass };
}

const write = (text: string, thread?: string) =>
  world.slack.people.write({ chat: GENERAL, user: MINJI, text, ...(thread === undefined ? {} : { thread }) });
const allAcked = (count: number) => world.slack.until(() => world.slack.acks().length >= count, DEADLINE_MS);

it('Everything that was said in half an hour of outage is delivered once and in order, threads included', async () => {
  const { channel, pass } = await startAt(0, 0);
  await channel.start(world.host);
  await connected(world);
  const topic = write('a topic');
  await allAcked(1);
  await world.slack.misbehave({ kind: 'outage' });
  await world.until(() => channel.health().signal === 'platform_down');
  const said = ['a topic'];
  for (let minute = 1; minute <= 30; minute += 1) {
    pass(MINUTE_MS);
    const asked = write(world.slack.people.mention(`question ${minute}`));
    write(`reply to the topic, minute ${minute}`, topic.ts);
    write(`reply to the question, minute ${minute}`, asked.ts);
    said.push(
      `@폴 question ${minute}`,
      `reply to the topic, minute ${minute}`,
      `reply to the question, minute ${minute}`,
    );
  }
  await world.slack.misbehave({
    kind: 'rate_limit',
    retryAfterSeconds: 0,
    on: 'conversations.replies',
    times: 3,
  });
  await world.slack.misbehave({ kind: 'none' });
  await world.until(() => world.texts().length >= said.length);
  write('live again');
  await world.until(() => world.texts().includes('live again'));
  expect(world.texts()).toEqual([...said, 'live again']);
});

it('Slack that is connected and takes no reply is named as the fault, until it takes one', async () => {
  world = await startSlackWorld();
  const { channel, store } = world;
  await channel.start(world.host);
  await connected(world);
  let offset = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + offset };
  const delivery = new Delivery({
    ...{ store, channels: [channel], clock, log: pino({ level: 'silent' }), language: 'en' },
    files: { drop: async () => undefined, sweep: async () => undefined },
    ...{ mainChats: () => [], answersOf: () => [], onRecord: () => undefined },
  });
  await store.write(() => {
    store.turns.open(aTurn({ id: 't', jid: GENERAL }), 0);
    store.outbox.add({ key: 't.1', turnId: 't', ordinal: 1, jid: GENERAL, thread: null, body: 'hello' }, 0);
  });
  await world.slack.misbehave({ kind: 'status', status: 503, on: 'chat.postMessage' });
  await delivery.wake(GENERAL);
  offset = 2 * MINUTE_MS;
  expect(channel.health().state).toBe('ok');
  expect(delivery.healthOf(channel)).toMatchObject({
    ...{ name: 'delivery:slack', signal: 'platform_down', reason: expect.stringContaining('HTTP 503') },
  });
  await world.slack.misbehave({ kind: 'none' });
  await until(
    () => delivery.healthOf(channel).reason === 'nothing waits',
    DEADLINE_MS / 1000,
    () => delivery.healthOf(channel).reason,
  );
  await delivery.stop();
});

it('A reply that was missed in a thread begun three weeks before is found', async () => {
  const { channel, pass } = await startAt(-21 * DAY_MS, -30 * DAY_MS);
  await channel.start(world.host);
  await connected(world);
  const old = write('an old topic');
  await allAcked(1);
  pass(19 * DAY_MS);
  write('it goes on', old.ts);
  await allAcked(2);
  await channel.stop();
  pass(2 * DAY_MS);
  write('and on', old.ts);
  await world.newChannel().start(world.host);
  await world.until(() => world.texts().length === 3);
  expect(world.texts()).toEqual(['an old topic', 'it goes on', 'and on']);
});
