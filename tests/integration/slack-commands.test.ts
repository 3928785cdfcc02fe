/** Slash commands: the Slack channel with the real Bolt against the stand-in. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../e2e/until.ts';
import { connected, DEADLINE_MS, GENERAL, MINJI, type SlackWorld, startSlackWorld } from './slack-world.ts';

const OTHER = 'C000OTHERS';
const channels = [
  { id: GENERAL, name: 'general' },
  { id: OTHER, name: 'others' },
];

let world: SlackWorld;
beforeEach(async () => {
  world = await startSlackWorld({ describe: { channels }, ackTimeoutMs: 9000 });
  await world.channel.start(world.host);
  await connected(world);
});
afterEach(() => world.stop());

const slash = (text: string, chat = GENERAL) =>
  world.slack.people.slash({ chat, user: MINJI, command: '/nanoclaw', text });
const told = (count = 1) =>
  world.slack.until(() => (world.slack.told().length >= count ? world.slack.told() : null), DEADLINE_MS);
const rows = () => world.store.journal.range(GENERAL, 0);

it.each([
  ['status', /^✅/],
  ['도움말', /status/],
  ['', /status/],
])('“/nanoclaw %s” is answered in its acknowledgement, to its giver alone', async (text, answer) => {
  slash(text);
  expect(await told()).toMatchObject([
    { via: 'ack', chat: GENERAL, user: MINJI, visible: 'ephemeral', text: expect.stringMatching(answer) },
  ]);
  expect(rows()).toEqual([]);
});

it('A question is stored before it is acknowledged, asks, and everybody sees it', async () => {
  const atAck: number[] = [];
  world.gate.before = () => void atAck.push(world.slack.acks().length);
  slash('ask what is <@U00000ALEX> up to?');
  expect(await told()).toMatchObject([
    { via: 'ack', visible: 'in_channel', text: 'what is <@U00000ALEX> up to?' },
  ]);
  expect(atAck).toEqual([0]);
  expect(rows()).toMatchObject([
    { content: 'what is @alex up to?', asks: 1, senderName: 'minji', thread: null },
  ]);
});

it('A question delivered twice is stored once', async () => {
  await world.slack.misbehave({ kind: 'event_duplicate', times: 1 });
  slash('내일 날씨?');
  await told(2);
  expect(rows()).toMatchObject([{ content: '내일 날씨?', asks: 1 }]);
});

it('An answer that takes too long for the acknowledgement follows it', async () => {
  let go: () => void = () => undefined;
  world.gate.command = () =>
    new Promise<void>((resolve) => {
      go = resolve;
    });
  slash('status');
  await world.slack.until(() => world.slack.acks().length === 1, DEADLINE_MS);
  expect(world.slack.told()).toEqual([]);
  go();
  expect(await told()).toMatchObject([
    { via: 'response_url', visible: 'ephemeral', text: expect.stringMatching(/^✅/) },
  ]);
});

it('A question that cannot be stored is not acknowledged', async () => {
  let refused = 0;
  world.gate.before = () => {
    refused += 1;
    throw new Error('disk full');
  };
  slash('anyone?');
  await until(
    () => refused > 0,
    10,
    () => 'nobody tried to store it',
  );
  await world.channel.stop();
  expect(world.slack.acks()).toEqual([]);
  expect(rows()).toEqual([]);
});

it('Somebody who may not ask here is told so, and nobody else', async () => {
  for (const group of world.host.registered()) Object.assign(group, { senders: ['U2'], folder: 'team' });
  world.slack.people.slash({ chat: GENERAL, user: 'U00000ALEX', command: '/nanoclaw', text: 'may I?' });
  expect(await told()).toMatchObject([
    { visible: 'ephemeral', text: expect.stringContaining('may not ask') },
  ]);
});

it('In a chat that is not registered its giver is told so', async () => {
  slash('anyone?', OTHER);
  expect(await told()).toMatchObject([{ visible: 'ephemeral', text: expect.stringContaining('register') }]);
});

it('Messages missed after a question are found though the question has no id of Slack’s', async () => {
  slash('first?');
  await told();
  await world.channel.stop();
  world.slack.people.write({ chat: GENERAL, user: MINJI, text: 'second' });
  await world.newChannel().start(world.host);
  await world.until(() => rows().length === 2);
  expect(rows()).toMatchObject([{ content: 'first?' }, { content: 'second' }]);
});

it('The chats we are in are listed, as far as the scopes reach', async () => {
  world.slack.people.write({ chat: MINJI, user: MINJI, text: 'hello' });
  const signal = new AbortController().signal;
  expect(await world.channel.available(signal)).toEqual([
    { jid: GENERAL, name: 'general', isGroup: true },
    { jid: OTHER, name: 'others', isGroup: true },
    { jid: 'D0000MINJI', name: 'minji', isGroup: false },
  ]);
  expect(world.channel.health()).toMatchObject({ state: 'ok', reason: expect.stringContaining('mpim:read') });
});
