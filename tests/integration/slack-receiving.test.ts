/** Messages on their way in: the Slack channel with the real Bolt against the stand-in. */
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { until } from '../e2e/until.ts';
import {
  connected,
  DEADLINE_MS,
  DIRECT,
  GENERAL,
  MINJI,
  noDeadline,
  outgoing,
  type SlackWorld,
  startSlackWorld,
} from './slack-world.ts';

let world: SlackWorld;
const rejections: unknown[] = [];
const noteRejection = (reason: unknown) => rejections.push(reason);
process.on('unhandledRejection', noteRejection);

afterEach(async () => {
  await world.stop();
  expect(rejections).toEqual([]);
});

const write = (text: string, thread?: string) =>
  world.slack.people.write({ chat: GENERAL, user: MINJI, text, ...(thread === undefined ? {} : { thread }) });
const mention = (text: string) => world.slack.people.mention(text);
const startConnected = async (options = {}) => {
  world = await startSlackWorld(options);
  await world.channel.start(world.host);
  await connected(world);
};
const allAcked = (count: number) => world.slack.until(() => world.slack.acks().length >= count, DEADLINE_MS);

it('A mention in a thread is stored once, though Slack tells of it twice, and says where its answer goes', async () => {
  await startConnected();
  const start = write('lunch?');
  write(mention('what is there for <@U00000ALEX> &amp; me?'), start.ts);
  await allAcked(3);
  expect(world.store.journal.range(GENERAL, 0)).toMatchObject([
    { content: 'lunch?', thread: start.ts, asks: 0, senderName: 'minji' },
    { content: '@폴 what is there for @alex & me?', thread: start.ts, asks: 1 },
  ]);
});

it('A direct message is answered straight away, not in a thread', async () => {
  await startConnected();
  world.slack.people.write({ chat: MINJI, user: MINJI, text: 'hello' });
  await allAcked(1);
  expect(world.store.journal.range(DIRECT, 0)).toMatchObject([{ content: 'hello', thread: null, asks: 1 }]);
});

it('A message that cannot be stored is not acknowledged, keeps back later ones, and is stored in the end', async () => {
  // Repeated for as long as it may take to be stored, however busy the machine is.
  await startConnected({ retryDelaysMs: Array.from({ length: 20 }, () => 200) });
  let refusals = 2;
  world.gate.before = (text) => {
    if (text !== 'one' || refusals === 0) return;
    refusals -= 1;
    throw new Error('disk full');
  };
  write('one');
  write('two');
  await allAcked(2);
  expect(world.texts()).toEqual(['one', 'two']);
  const tries = world.slack.deliveries().filter(({ ackedAt }) => ackedAt === null);
  expect(tries.length).toBeGreaterThan(0);
});

it('What was written while the connection was gone is found, threads included, before what comes live', async () => {
  await startConnected();
  const old = write('old thread');
  write('seen');
  await allAcked(2);
  await world.slack.misbehave({ kind: 'event_loss', times: 3 });
  write('missed one');
  write('missed in the old thread', old.ts);
  write('missed two');
  await world.slack.misbehave({ kind: 'slow', ms: 400, on: 'conversations.history', times: 1 });
  await world.slack.misbehave({ kind: 'drop' });
  await connected(world, 2);
  write('live');
  await world.until(() => world.texts().includes('live'));
  expect(world.texts()).toEqual([
    ...['old thread', 'seen', 'missed one', 'missed in the old thread', 'missed two', 'live'],
  ]);
});

it('A new process begins where the former one stopped', async () => {
  await startConnected();
  write('before');
  await allAcked(1);
  await world.channel.stop();
  const missed = write('while nobody listened');
  write('and a reply', missed.ts);
  await world.newChannel().start(world.host);
  await world.until(() => world.texts().length === 3);
  expect(world.texts()).toEqual(['before', 'while nobody listened', 'and a reply']);
});

it('The history is asked until it answers', async () => {
  await startConnected();
  write('before');
  await allAcked(1);
  await world.slack.misbehave({ kind: 'event_loss', times: 1 });
  write('missed');
  await world.slack.misbehave({
    kind: 'rate_limit',
    retryAfterSeconds: 1,
    on: 'conversations.history',
    times: 1,
  });
  await world.slack.misbehave({ kind: 'drop' });
  await world.until(() => world.texts().includes('missed'));
});

it('A half-open connection is noticed and replaced, and what went into it is found', async () => {
  await startConnected();
  write('before');
  await allAcked(1);
  await world.slack.misbehave({ kind: 'half_open' });
  write('into the void');
  await world.until(() => world.texts().includes('into the void'));
});

it('A connection on which nothing is heard any more says so until it is replaced', async () => {
  world = await startSlackWorld();
  const channel = world.newChannel({ pingTimeoutMs: 900 });
  await channel.start(world.host);
  await connected(world);
  expect(channel.health().state).toBe('ok');
  await world.slack.misbehave({ kind: 'half_open' });
  const deaf = /connected but nothing heard from Slack for \d+ s \(pings included\)/;
  await until(
    () => deaf.test(channel.health().reason),
    10,
    () => JSON.stringify(channel.health()),
  );
  expect(channel.health().state).toBe('degraded');
  await connected(world, 2);
  await until(
    () => channel.health().state === 'ok',
    10,
    () => JSON.stringify(channel.health()),
  );
});

it('An outage is survived, and its messages are found after it', async () => {
  await startConnected();
  write('before');
  await allAcked(1);
  await world.slack.misbehave({ kind: 'outage' });
  write('anyone?');
  await world.until(() => world.channel.health().state === 'failed');
  expect(world.channel.health().reason).toMatch(/cannot be reached.*trying again/);
  await world.slack.misbehave({ kind: 'none' });
  await world.until(() => world.texts().includes('anyone?'));
  expect(world.channel.health().state).toBe('ok');
});

it('Our own words are no messages; those of other bots are, with their names', async () => {
  await startConnected();
  await world.channel.send(outgoing({ text: '@폴 me' }), noDeadline());
  const { people } = world.slack;
  people.say({ chat: GENERAL, name: 'ci', text: 'build 7 failed' });
  people.say({ chat: GENERAL, name: 'alerts', text: mention('disk full'), style: 'webhook' });
  await allAcked(4);
  const once = [...new Map(world.handed.map((message) => [message.id, message])).values()];
  expect(once).toMatchObject([
    { text: 'build 7 failed', senderName: 'ci', fromBot: true, mentioned: false },
    { text: '@폴 disk full', senderName: 'alerts', fromBot: true, mentioned: true },
  ]);
});

it('A mention counts wherever it stands, and everything in a direct chat is one', async () => {
  await startConnected();
  write('hi all');
  write('what do you think, <@U00000POL0>?');
  world.slack.people.write({ chat: MINJI, user: MINJI, text: 'hello' });
  await allAcked(4);
  const mentioned = Object.fromEntries(world.handed.map((message) => [message.text, message.mentioned]));
  expect(mentioned).toEqual({ 'hi all': false, 'what do you think, @폴?': true, hello: true });
});

it('A disconnect storm loses nothing', async () => {
  await startConnected();
  for (let round = 1; round <= 3; round += 1) {
    write(`before ${round}`);
    await world.slack.misbehave({ kind: 'disconnect', reason: 'refresh_requested' });
    write(`after ${round}`);
    await connected(world, round + 1);
  }
  await world.until(() => world.texts().length === 6);
  expect(world.texts()).toEqual([1, 2, 3].flatMap((round) => [`before ${round}`, `after ${round}`]));
});

it('Events that come twice and in another order are stored once', async () => {
  await startConnected();
  write('zero');
  await allAcked(1);
  await world.slack.misbehave({ kind: 'event_duplicate', times: 2 });
  await world.slack.misbehave({ kind: 'event_reorder', times: 3 });
  for (const text of ['one', 'two', 'three', 'four', 'five']) write(text);
  await allAcked(8);
  expect(world.texts()).toEqual(['zero', 'one', 'two', 'five', 'four', 'three']);
});

it('A chat in which nobody wrote yet is read from its registration on, not from before', async () => {
  let behindMs = 60_000;
  const clock = { ...systemClock, now: () => Date.now() - behindMs };
  world = await startSlackWorld({ clock, retryDelaysMs: [] });
  write('before it was registered');
  behindMs = 0;
  write('after');
  await world.channel.start(world.host);
  await world.until(() => world.texts().length > 0);
  expect(world.texts()).toEqual(['after']);
});

it.each([
  ['SLACK_APP_TOKEN', { appToken: 'xapp-wrong' }],
  ['SLACK_BOT_TOKEN', { botToken: 'xoxb-wrong' }],
])('A wrong %s is named, and nobody has to wait for it', async (name, tokens) => {
  world = await startSlackWorld();
  const channel = world.newChannel(tokens);
  await channel.start(world.host);
  await world.until(() => channel.health().state === 'failed');
  expect(channel.health().reason).toContain(name);
  expect(channel.health().reason).toContain('invalid_auth');
  await channel.stop();
  await channel.stop();
});

it('Stopping at any moment of the start leaves nothing behind', async () => {
  world = await startSlackWorld();
  const channel = world.newChannel();
  await channel.start(world.host);
  await channel.stop();
  const other = world.newChannel();
  const started = other.start(world.host);
  await world.slack.until(() => world.slack.requests('apps.connections.open').length > 0, DEADLINE_MS);
  await other.stop();
  await started;
  await world.slack.until(
    () => world.slack.connections().every(({ closedAt }) => closedAt !== null),
    DEADLINE_MS,
  );
});

it('An order to reconnect replaces the connection, and what comes meanwhile is not missed', async () => {
  await startConnected();
  expect(world.channel.reconnect?.()).toBe(true);
  write('meanwhile');
  await connected(world, 2);
  write('afterwards');
  await world.until(() => world.texts().length >= 2);
  expect(world.texts()).toEqual(['meanwhile', 'afterwards']);
});
