/** The Discord channel, on the real discord.js, against the Discord stand-in. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import type { DiscordOptions } from '../../src/channels/discord/discord-channel.ts';
import type { DiscordOptions as WorldOptions } from '../world/discord/discord.ts';
import { DEADLINE_MS, type DiscordWorld, GENERAL, MINJI, replyTo, startWorld } from './discord-world.ts';

const signal = new AbortController().signal;
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function newWorld(options: WorldOptions = {}): Promise<DiscordWorld> {
  const world = await startWorld(options);
  open.push(() => world.stop());
  return world;
}

async function startChannel(world: DiscordWorld, changes: Partial<DiscordOptions> = {}): Promise<Channel> {
  const channel = world.newChannel(changes);
  open.push(() => channel.stop());
  await channel.start(world.host);
  return channel;
}

/** Connected, and the history of the general channel read. */
async function startConnected(options: WorldOptions = {}) {
  const world = await newWorld(options);
  const channel = await startChannel(world);
  await connected(world, 1);
  return { world, channel, discord: world.discord };
}

/** Resolves once so many histories of the general channel were read. */
async function connected({ discord }: DiscordWorld, readings: number): Promise<void> {
  const read = () =>
    discord.requests(`GET /channels/${GENERAL}/messages`).filter(({ status }) => status === 200);
  await discord.until(() => read().length >= readings, DEADLINE_MS);
}

const say = ({ discord }: DiscordWorld, text: string, chat = GENERAL) =>
  discord.people.write({ chat, user: MINJI, text });
const stored = (world: DiscordWorld, count: number, chat = GENERAL) =>
  world.until(() => world.texts(chat).length >= count);

describe('a message', () => {
  it('that mentions the bot in a channel is stored as asking, others as overheard', async () => {
    const { world, discord } = await startConnected();
    say(world, 'among ourselves');
    say(world, discord.people.mention('안녕'));
    await world.until(() => world.received.length === 2);
    const [first, second] = world.store.journal.range(`dc:${GENERAL}`, 0);
    expect([first?.content, first?.asks]).toEqual(['among ourselves', 0]);
    expect([second?.content, second?.asks]).toEqual(['@폴 안녕', 1]);
    expect(world.received[1]).toMatchObject({
      chatName: 'world #general',
      senderName: '김민지',
      isGroup: true,
    });
  });

  it('in a direct chat asks without a mention, and is answered right there', async () => {
    const { world, discord, channel } = await startConnected();
    const direct = say(world, '나 왔어', MINJI);
    await world.until(() => world.received.length > 0);
    expect(world.received[0]).toMatchObject({
      jid: `dc:${direct.chat}`,
      text: '@폴 나 왔어',
      isGroup: false,
    });
    const reply = replyTo(direct.chat, { answers: [direct.id] });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'sent' });
    expect(discord.botMessages()).toMatchObject([{ chat: direct.chat, content: '네', replyTo: direct.id }]);
  });

  it('of our own is not heard', async () => {
    const { world, channel } = await startConnected();
    await channel.send(replyTo(GENERAL), signal);
    say(world, 'thanks');
    await stored(world, 1);
    expect(world.texts(GENERAL)).toEqual(['thanks']);
  });
});

describe('a reply', () => {
  it.each(['reset', 'fin'] as const)(
    'whose response was lost (%s) is unclear, and shown once when repeated',
    async (close) => {
      const { channel, discord } = await startConnected();
      await discord.misbehave({ kind: 'lost', close, on: 'POST /channels', times: 1 });
      expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'unclear' });
      const again = await channel.send(replyTo(GENERAL, { firstTryAt: Date.now() }), signal);
      expect(again).toEqual({ kind: 'sent', receipt: discord.botMessages()[0]?.id });
      expect(discord.botMessages()).toHaveLength(1);
    },
  );

  it('tried long ago by a former process is found in the history, parts and all', async () => {
    const { world, channel, discord } = await startConnected();
    const text = `${'a'.repeat(1500)}\n\n${'b'.repeat(1500)}`;
    const asked = say(world, discord.people.mention('tell me'));
    await discord.misbehave({ kind: 'status', status: 503, on: 'POST /channels', times: 1 });
    const reply = replyTo(GENERAL, { text, answers: [asked.id] });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'unclear' });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'sent' });
    const later = await startChannel(world);
    await connected(world, 2);
    const old = { ...reply, firstTryAt: Date.now() - 3_600_000 };
    expect(await later.send(old, signal)).toMatchObject({ kind: 'sent' });
    expect(discord.botMessages().map(({ nonce }) => nonce)).toEqual([reply.key, `${reply.key}/2`]);
  });

  it('met with 429 waits as long as Discord says', async () => {
    const { channel, discord } = await startConnected();
    await discord.misbehave({ kind: 'rate_limit', retryAfterSeconds: 3, on: 'POST /channels', times: 1 });
    const outcome = await channel.send(replyTo(GENERAL), signal);
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'rate limited' });
    expect(outcome.kind === 'retry' && outcome.afterMs >= 3000).toBe(true);
    expect(discord.requests('POST /channels')).toHaveLength(1);
  });

  it('to a channel that is gone, or closed to the bot, can never be delivered', async () => {
    const hidden = '1000000000000000202';
    const channels = [
      { id: GENERAL, name: 'general' },
      { id: hidden, name: 'staff', access: false },
    ];
    const { channel } = await startConnected({ describe: { channels } });
    for (const chat of ['404404404404404404', hidden]) {
      expect(await channel.send(replyTo(chat), signal)).toMatchObject({ kind: 'undeliverable' });
    }
  });

  it('goes out while the gateway is away', async () => {
    const { channel, discord } = await startConnected();
    await discord.misbehave({ kind: 'half_open' });
    expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'sent' });
    await discord.misbehave({ kind: 'drop' });
  });
});

it('shows that it is typing while work goes on', async () => {
  const { channel, discord } = await startConnected();
  channel.setWorking({ jid: `dc:${GENERAL}`, thread: null }, true);
  await discord.until(() => discord.typings().length === 1, DEADLINE_MS);
  channel.setWorking({ jid: `dc:${GENERAL}`, thread: null }, false);
  expect(discord.typings()[0]?.chat).toBe(GENERAL);
});

describe('missed messages', () => {
  it('of an outage are stored before a live one that comes first after it', async () => {
    const { world, discord } = await startConnected();
    say(world, 'before');
    await stored(world, 1);
    await discord.misbehave({ kind: 'outage' });
    const missed = Array.from({ length: 130 }, (_, n) => `missed ${n}`);
    for (const text of missed) say(world, text);
    await discord.misbehave({ kind: 'none' });
    await discord.misbehave({ kind: 'slow', ms: 300, on: `GET /channels/${GENERAL}/messages`, times: 1 });
    await discord.until(() => discord.requests(`GET /channels/${GENERAL}/messages`).length >= 2, DEADLINE_MS);
    say(world, 'live');
    await stored(world, 132);
    expect(world.texts(GENERAL)).toEqual(['before', ...missed, 'live']);
  });

  it('of the time between two processes are stored, in a direct chat too', async () => {
    const { world, channel } = await startConnected();
    const direct = say(world, 'one', MINJI);
    world.register(direct.chat);
    say(world, 'two', MINJI);
    say(world, 'one');
    await stored(world, 1, direct.chat);
    await stored(world, 1);
    await channel.stop();
    say(world, 'three', MINJI);
    say(world, 'two');
    await startChannel(world);
    await stored(world, 3, direct.chat);
    await stored(world, 2);
    expect(world.texts(direct.chat).slice(-1)).toEqual(['@폴 three']);
    expect(world.texts(GENERAL)).toEqual(['one', 'two']);
  });

  it('that no event ever told of are found at the next reconnect', async () => {
    const { world, discord } = await startConnected();
    say(world, 'heard');
    await stored(world, 1);
    await discord.misbehave({ kind: 'event_loss', times: 1 });
    say(world, 'lost');
    await discord.misbehave({ kind: 'drop' });
    await stored(world, 2);
    expect(world.texts(GENERAL)).toEqual(['heard', 'lost']);
  });

  it('are found after the session was declared invalid, with one more identify', async () => {
    const { world, discord } = await startConnected();
    say(world, 'heard');
    await stored(world, 1);
    await discord.misbehave({ kind: 'invalid_session', resumable: false });
    say(world, 'meanwhile');
    await stored(world, 2);
    say(world, 'after');
    await stored(world, 3);
    expect(world.texts(GENERAL)).toEqual(['heard', 'meanwhile', 'after']);
    expect(discord.identifies()).toHaveLength(2);
  });

  it('include one that could not be stored when it came', async () => {
    const { world, discord } = await startConnected();
    const inbound = world.host.inbound;
    let failures = 1;
    world.host.inbound = async (message) => {
      if (failures-- > 0) throw new Error('database or disk is full');
      return inbound(message);
    };
    say(world, discord.people.mention('still there?'));
    await stored(world, 1);
    expect(world.texts(GENERAL)).toEqual(['@폴 still there?']);
  });
});

describe('the connection', () => {
  it('is reported as it is, and ends twice without harm', async () => {
    const { world, channel, discord } = await startConnected();
    say(world, 'marker');
    await stored(world, 1);
    expect(channel.health()).toMatchObject({ state: 'ok', reason: 'connected as 나노봇', required: false });
    await Promise.all([channel.stop(), channel.stop()]);
    expect(channel.health()).toMatchObject({ state: 'off' });
    await discord.until(() => discord.connections().every(({ closedAt }) => closedAt !== null), DEADLINE_MS);
  });

  it.each<[string, WorldOptions, Partial<DiscordOptions>, string]>([
    ['a wrong token', {}, { botToken: 'MTIz.wrong.token' }, 'DISCORD_BOT_TOKEN'],
    ['an intent that is off', { describe: { privilegedIntents: 0 } }, {}, 'Message Content Intent'],
    ['no identify left', { identifiesLeft: 0 }, {}, 'session start limit'],
  ])(
    'with %s fails with what to do about it, and holds up nothing',
    async (_what, options, changes, reason) => {
      const world = await newWorld(options);
      const channel = await startChannel(world, changes);
      await world.until(() => channel.health().state === 'failed');
      expect(channel.health().reason).toContain(reason);
      expect(world.discord.identifies().length).toBeLessThanOrEqual(1);
    },
  );

  it('whose token is revoked is not tried again', async () => {
    const { world, channel, discord } = await startConnected();
    await discord.misbehave({ kind: 'auth_revoked' });
    await world.until(() => channel.health().state === 'failed');
    expect(channel.health().reason).toContain('DISCORD_BOT_TOKEN');
    expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'retry' });
    expect(discord.starts()).toHaveLength(1);
  });
});

it('replaces its connection when told to, and misses nothing meanwhile', async () => {
  const { world, channel } = await startConnected();
  say(world, 'before');
  await stored(world, 1);
  expect(channel.reconnect?.()).toBe(true);
  say(world, 'meanwhile');
  await connected(world, 2);
  say(world, 'afterwards');
  await stored(world, 3);
  expect(world.texts(GENERAL)).toEqual(['before', 'meanwhile', 'afterwards']);
});
