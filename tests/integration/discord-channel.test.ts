/** What people say on Discord: the channel on the real discord.js, against the Discord stand-in. */
import { describe, expect, it } from 'vitest';
import type { DiscordOptions } from '../../src/channels/discord/discord-channel.ts';
import { FakeClock } from '../fakes/clock.ts';
import type { DiscordOptions as WorldOptions } from '../world/discord/discord.ts';
import {
  BOT_ROLE,
  connected,
  DEADLINE_MS,
  GENERAL,
  MINJI,
  replyTo,
  say,
  signal,
  stored,
  useWorlds,
} from './discord-world.ts';

const { begin, beginWorld } = useWorlds();

describe('a message', () => {
  it('that mentions the bot in a channel is stored as asking, others as overheard', async () => {
    const { world, discord } = await begin();
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
    const { world, discord, channel } = await begin();
    const direct = say(world, '나 왔어', MINJI);
    await world.until(() => world.received.length > 0);
    expect(world.received[0]).toMatchObject({
      ...{ jid: `dc:${direct.chat}`, text: '나 왔어', mentioned: true, isGroup: false },
    });
    const reply = replyTo(direct.chat, { answers: [direct.id] });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'sent' });
    expect(discord.botMessages()).toMatchObject([{ chat: direct.chat, content: '네', replyTo: direct.id }]);
  });

  it('of our own is not heard', async () => {
    const { world, channel } = await begin();
    await channel.send(replyTo(GENERAL), signal);
    say(world, 'thanks');
    await stored(world, 1);
    expect(world.texts(GENERAL)).toEqual(['thanks']);
  });

  it('that calls the bot by its role, or by a reply that does not ping it, asks', async () => {
    const { world, discord, channel } = await begin();
    await channel.send(replyTo(GENERAL), signal);
    say(world, `<@&${BOT_ROLE}> 거기?`);
    const [ours] = discord.botMessages();
    discord.people.write({ chat: GENERAL, user: MINJI, text: '고마워', replyTo: ours?.id ?? '' });
    await world.until(() => world.received.length === 2);
    expect(world.received.map(({ text, mentioned }) => [text, mentioned])).toEqual([
      ['@폴 거기?', true],
      ['고마워', true],
    ]);
  });

  it('of other bots and webhooks is known as such; what becomes of it is up to the group', async () => {
    const users = [
      { id: MINJI, username: 'minji' },
      { id: '1000000000000000091', username: 'other', isBot: true },
    ];
    const { world, discord } = await begin({ describe: { users } });
    const fromBot = () => world.received.map((one) => [one.senderName, one.fromBot]);
    discord.people.write({ chat: GENERAL, user: '1000000000000000091', text: discord.people.mention('hi') });
    discord.people.postByWebhook({
      chat: GENERAL,
      id: '1000000000000000092',
      name: 'health',
      text: 'all well',
    });
    say(world, 'a person');
    await world.until(() => world.received.length === 3);
    expect(fromBot()).toEqual([
      ['other', true],
      ['health', true],
      ['minji', false],
    ]);
    expect(world.texts(GENERAL)).toEqual(['a person']);
    world.register(GENERAL, { bots: 'context' });
    discord.people.postByWebhook({ chat: GENERAL, id: '1000000000000000092', name: 'health', text: 'down' });
    await stored(world, 2);
    expect(world.texts(GENERAL)).toEqual(['a person', 'down']);
  });
});

describe('missed messages', () => {
  it('of an outage are stored before a live one that comes first after it', async () => {
    const { world, discord } = await begin();
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
    const { world, channel } = await begin();
    const direct = say(world, 'one', MINJI);
    world.register(direct.chat);
    say(world, 'two', MINJI);
    say(world, 'one');
    await stored(world, 1, direct.chat);
    await stored(world, 1);
    await channel.stop();
    say(world, 'three', MINJI);
    say(world, 'two');
    await world.newChannel().start(world.host);
    await stored(world, 3, direct.chat);
    await stored(world, 2);
    expect(world.texts(direct.chat).slice(-1)).toEqual(['three']);
    expect(world.texts(GENERAL)).toEqual(['one', 'two']);
  });

  it('that no event ever told of are found at the next reconnect', async () => {
    const { world, discord } = await begin();
    say(world, 'heard');
    await stored(world, 1);
    await discord.misbehave({ kind: 'event_loss', times: 1 });
    say(world, 'lost');
    await discord.misbehave({ kind: 'drop' });
    await stored(world, 2);
    expect(world.texts(GENERAL)).toEqual(['heard', 'lost']);
  });

  it('are found after the session was declared invalid, with one more identify', async () => {
    const { world, discord } = await begin();
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

  it('of a chat nothing is stored of are those since it was registered', async () => {
    const clock = new FakeClock(Date.now() - 3_600_000);
    const world = await beginWorld({ clock });
    say(world, 'long ago');
    clock.advance(60_000);
    world.register(GENERAL, { addedAt: clock.now() });
    clock.advance(60_000);
    say(world, 'since then');
    await world.newChannel().start(world.host);
    await stored(world, 1);
    expect(world.texts(GENERAL)).toEqual(['since then']);
  });

  it('include one that could not be stored when it came', async () => {
    const { world, discord } = await begin();
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
    const { world, channel, discord } = await begin();
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
      const world = await beginWorld(options);
      const channel = world.newChannel(changes);
      await channel.start(world.host);
      await world.until(() => channel.health().state === 'failed');
      expect(channel.health().reason).toContain(reason);
      expect(world.discord.identifies().length).toBeLessThanOrEqual(1);
    },
  );

  it('whose token is revoked is not tried again', async () => {
    const { world, channel, discord } = await begin();
    await discord.misbehave({ kind: 'auth_revoked' });
    await world.until(() => channel.health().state === 'failed');
    expect(channel.health().reason).toContain('DISCORD_BOT_TOKEN');
    expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'retry' });
    expect(discord.starts()).toHaveLength(1);
  });
});

it('replaces its connection when told to, and misses nothing meanwhile', async () => {
  const { world, channel } = await begin();
  say(world, 'before');
  await stored(world, 1);
  expect(channel.reconnect?.()).toBe(true);
  say(world, 'meanwhile');
  await connected(world, 2);
  say(world, 'afterwards');
  await stored(world, 3);
  expect(world.texts(GENERAL)).toEqual(['before', 'meanwhile', 'afterwards']);
});
