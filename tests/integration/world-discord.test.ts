/** The unmodified discord.js client against the Discord stand-in. */
import { Client, type ClientOptions, Events, GatewayIntentBits, Partials, REST, Routes } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { type Discord, type DiscordOptions, startDiscord } from '../world/discord/discord.ts';
import { Watch } from '../world/shared/watch.ts';

const GENERAL = '1000000000000000201';
const MINJI = '1000000000000000011';
const DEADLINE_MS = 8000;
const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function startPair(options: DiscordOptions = {}, clientOptions: Partial<ClientOptions> = {}) {
  const discord = await startDiscord({ heartbeatIntervalMs: 500, ...options });
  open.push(() => discord.stop());
  const client = new Client({
    intents: INTENTS,
    partials: [Partials.Channel],
    rest: { api: discord.apiUrl },
    ...clientOptions,
  });
  const heard: string[] = [];
  const watch = new Watch(systemClock);
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) heard.push(message.content);
    watch.changed();
  });
  const hears = (count: number) => watch.until(() => heard.length >= count, DEADLINE_MS);
  const errors: string[] = [];
  client.on(Events.ShardError, ({ message }) => void errors.push(message));
  const ready = new Promise((done) => client.once(Events.ClientReady, done));
  open.push(() => client.destroy());
  await client.login(WORLD_DISCORD_BOT_TOKEN);
  await ready;
  return { discord, client, heard, hears, errors };
}

function restOf(discord: Discord): REST {
  return new REST({ api: discord.apiUrl, retries: 0, timeout: 1000 }).setToken(WORLD_DISCORD_BOT_TOKEN);
}

/** Resolves once the client is connected by so many starts, the last of them this one. */
const started = (discord: Discord, kind: 'identify' | 'resume', count: number) => () => {
  const last = discord.starts().at(-1);
  return discord.starts().length >= count && last?.kind === kind && last.accepted;
};

describe('a mention', () => {
  it('is answered in its channel as a reply, with the nonce on record', async () => {
    const { discord, client } = await startPair();
    client.on(Events.MessageCreate, async (message) => {
      if (message.author.bot || !message.mentions.has(client.user?.id ?? '')) return;
      await message.channel.sendTyping();
      await message.reply({ content: '네', nonce: '1.1', enforceNonce: true });
    });
    const asked = discord.people.write({ chat: GENERAL, user: MINJI, text: discord.people.mention('안녕') });
    await discord.until(() => discord.botMessages().length === 1, DEADLINE_MS);
    const answer = { chat: GENERAL, content: '네', nonce: '1.1', replyTo: asked.id, pings: [MINJI] };
    expect(discord.botMessages()[0]).toMatchObject(answer);
    expect(discord.typings().map(({ chat }) => chat)).toEqual([GENERAL]);
  });

  it('in a direct chat and in a thread is answered right there', async () => {
    const thread = { id: '1000000000000000301', name: 'side talk', threadOf: GENERAL };
    const describe = { channels: [{ id: GENERAL, name: 'general' }, thread] };
    const { discord, client } = await startPair({ describe });
    client.on(Events.MessageCreate, async (message) => {
      if (!message.author.bot && message.channel.isSendable()) await message.channel.send('here');
    });
    const direct = discord.people.write({ chat: MINJI, user: MINJI, text: '나노봇?' });
    discord.people.write({ chat: thread.id, user: MINJI, text: 'psst' });
    await discord.until(() => discord.botMessages().length === 2, DEADLINE_MS);
    const places = discord.botMessages().map(({ chat }) => chat);
    expect(places.sort()).toEqual([direct.chat, thread.id].sort());
  });

  it('can be read without the message content intent, other messages cannot', async () => {
    const { discord, heard, hears } = await startPair({}, { intents: INTENTS.slice(0, 3) });
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'among ourselves' });
    discord.people.write({ chat: GENERAL, user: MINJI, text: discord.people.mention('hey') });
    await hears(2);
    expect(heard).toEqual(['', '<@1000000000000000001> hey']);
  });
});

describe('a command', () => {
  it('is registered, given, deferred, answered and followed up', async () => {
    const { discord, client } = await startPair();
    await client.application?.commands.set([{ name: 'status', description: 'How are things?' }]);
    expect(discord.commands('global')).toMatchObject([{ name: 'status' }]);
    client.on(Events.InteractionCreate, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply('all well');
      await interaction.followUp({ content: 'truly', flags: 64 });
    });
    discord.people.slash({ chat: GENERAL, user: MINJI, command: 'status' });
    await discord.until(() => discord.botMessages().length === 2, DEADLINE_MS);
    expect(discord.botMessages().map(({ content, ephemeral }) => [content, ephemeral])).toEqual([
      ['all well', false],
      ['truly', true],
    ]);
    expect(JSON.stringify(discord.received())).not.toContain(discord.interactions()[0]?.token);
  });
});

describe('changes', () => {
  it('of several messages at once, of a link that was looked up, and of a reply to what is gone are told', async () => {
    const { discord, client, hears } = await startPair();
    const told: unknown[] = [];
    const watch = new Watch(systemClock);
    client.on(
      Events.Raw,
      ({ t, d }: { t: string; d: { ids?: string[]; edited_timestamp?: string | null } }) => {
        if (t === 'MESSAGE_DELETE_BULK') told.push(d.ids);
        if (t === 'MESSAGE_UPDATE') told.push(d.edited_timestamp);
        watch.changed();
      },
    );
    const [one, two] = ['one', 'two'].map((text) =>
      discord.people.write({ chat: GENERAL, user: MINJI, text }),
    );
    if (one === undefined || two === undefined) throw new Error('nothing was written');
    await hears(2);
    discord.people.unfurl(one);
    const reply = discord.people.write({ chat: GENERAL, user: MINJI, text: 'see', replyTo: two.id });
    const channel = await client.channels.fetch(GENERAL);
    if (channel?.isTextBased() && 'bulkDelete' in channel) await channel.bulkDelete([one.id, two.id]);
    await watch.until(() => told.length === 2, DEADLINE_MS);
    expect(told).toEqual([null, [one.id, two.id]]);
    const shown = await restOf(discord).get(Routes.channelMessage(GENERAL, reply.id));
    expect(shown).toMatchObject({ type: 19, referenced_message: null });
  });
});

describe('files', () => {
  it("are uploaded by the client, and people's can be fetched", async () => {
    const { discord, client } = await startPair();
    const channel = await client.channels.fetch(GENERAL);
    const sent = Buffer.from('표,값\n1,2\n');
    if (channel?.isSendable()) await channel.send({ files: [{ attachment: sent, name: 'r.csv' }] });
    expect(discord.botMessages()[0]?.files[0]?.bytes.equals(sent)).toBe(true);
    const got = new Promise<string>((done) => {
      client.on(Events.MessageCreate, async ({ attachments }) => {
        const url = attachments.first()?.url;
        if (url !== undefined) done(await (await fetch(url)).text());
      });
    });
    const bytes = Buffer.from('메모');
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'see', files: [{ name: 'memo.txt', bytes }] });
    expect(await got).toBe('메모');
  });
});

describe('sending', () => {
  const body = { content: 'once', nonce: '7.1', enforce_nonce: true };
  const post = (rest: REST) => rest.post(Routes.channelMessages(GENERAL), { body });

  it.each(['reset', 'fin'] as const)(
    'meets a lost response (%s) after the effect: repeating the nonce returns the same message',
    async (close) => {
      const discord = await startDiscord();
      open.push(() => discord.stop());
      await discord.misbehave({ kind: 'lost', close, on: 'POST /channels', times: 1 });
      await expect(post(restOf(discord))).rejects.toThrow();
      expect(await post(restOf(discord))).toMatchObject({ id: discord.botMessages()[0]?.id });
      expect(discord.botMessages()).toHaveLength(1);
    },
  );

  it('is repeated by the client itself after a reset, not after an orderly end', async () => {
    const discord = await startDiscord();
    open.push(() => discord.stop());
    const rest = new REST({ api: discord.apiUrl }).setToken(WORLD_DISCORD_BOT_TOKEN);
    await discord.misbehave({ kind: 'lost', close: 'reset', times: 1 });
    await post(rest);
    expect(discord.requests('POST')).toHaveLength(2);
    await discord.misbehave({ kind: 'lost', close: 'fin', times: 1 });
    await expect(post(rest)).rejects.toThrow('other side closed');
    expect(discord.botMessages()).toHaveLength(1);
  });

  it.each([false, true])(
    'is told to wait (global: %s): the client does so and posts once',
    async (global) => {
      const discord = await startDiscord();
      open.push(() => discord.stop());
      await discord.misbehave({ kind: 'rate_limit', retryAfterSeconds: 1, global, times: 1 });
      await post(restOf(discord));
      const [first, second] = discord.requests('POST');
      expect([first?.status, second?.status]).toEqual([429, 200]);
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    },
  );

  it('keeps to the bucket the answers announce, without meeting a 429', async () => {
    const discord = await startDiscord({ limits: { requests: 2, windowMs: 600 } });
    open.push(() => discord.stop());
    const rest = restOf(discord);
    for (const content of ['1', '2', '3']) {
      await rest.post(Routes.channelMessages(GENERAL), { body: { content } });
    }
    expect(discord.requests('POST').map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['404404404404404404', { content: 'x' }, 10_003],
    [GENERAL, { content: 'x'.repeat(2001) }, 50_035],
    [GENERAL, { content: '' }, 50_006],
    [GENERAL, { content: 'x', nonce: 'n'.repeat(26) }, 50_035],
    [GENERAL, { content: 'x', message_reference: { message_id: '1' } }, 50_035],
  ])('to %s is refused as Discord would', async (chat, message, code) => {
    const discord = await startDiscord();
    open.push(() => discord.stop());
    await expect(restOf(discord).post(Routes.channelMessages(chat), { body: message })).rejects.toMatchObject(
      {
        code,
      },
    );
  });
});

describe('the connection', () => {
  it.each([
    [{ kind: 'drop' }, 'resume'],
    [{ kind: 'reconnect' }, 'resume'],
    [{ kind: 'close', code: 4000 }, 'resume'],
    [{ kind: 'close', code: 4009 }, 'resume'],
    [{ kind: 'invalid_session', resumable: true }, 'resume'],
  ] as const)('after %j goes on by a %s', async (fault, kind) => {
    const { discord, heard, hears } = await startPair();
    await discord.misbehave(fault);
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'meanwhile' });
    await discord.until(started(discord, kind, 2), DEADLINE_MS);
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'after' });
    await hears(2);
    expect(heard).toEqual(['meanwhile', 'after']);
    expect(discord.identifies()).toHaveLength(1);
  });

  it('after an outage identifies anew; what people wrote meanwhile is in history alone', async () => {
    const { discord, heard } = await startPair();
    const seen = discord.people.write({ chat: GENERAL, user: MINJI, text: 'before' });
    await discord.misbehave({ kind: 'outage' });
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'anyone?' });
    await discord.misbehave({ kind: 'none' });
    await discord.until(started(discord, 'identify', 3), DEADLINE_MS);
    expect(heard).toEqual(['before']);
    const query = new URLSearchParams({ after: seen.id });
    expect(await restOf(discord).get(Routes.channelMessages(GENERAL), { query })).toMatchObject([
      { content: 'anyone?' },
    ]);
  });

  it('is refused with a wrong token, and ends for good when the token is revoked', async () => {
    const { discord, client, errors } = await startPair();
    const ended = new Promise<number>((done) => client.on(Events.ShardDisconnect, ({ code }) => done(code)));
    await discord.misbehave({ kind: 'auth_revoked' });
    expect(await ended).toBe(4004);
    expect(errors).toEqual(['Authentication failed']);
    const other = new Client({ intents: INTENTS, rest: { api: discord.apiUrl } });
    open.push(() => other.destroy());
    await expect(other.login(WORLD_DISCORD_BOT_TOKEN)).rejects.toMatchObject({ code: 'TokenInvalid' });
  });

  it('is refused an intent that is not switched on', async () => {
    const discord = await startDiscord({ describe: { privilegedIntents: 0 } });
    const client = new Client({ intents: INTENTS, rest: { api: discord.apiUrl } });
    open.push(
      () => discord.stop(),
      () => client.destroy(),
    );
    await expect(client.login(WORLD_DISCORD_BOT_TOKEN)).rejects.toThrow('disallowed intents');
  });

  it('is not even tried when no identify is left', async () => {
    const discord = await startDiscord({ identifiesLeft: 0 });
    const client = new Client({ intents: INTENTS, rest: { api: discord.apiUrl } });
    open.push(
      () => discord.stop(),
      () => client.destroy(),
    );
    await expect(client.login(WORLD_DISCORD_BOT_TOKEN)).rejects.toThrow('Not enough sessions remaining');
    expect(discord.identifies()).toEqual([]);
  });
});

describe('events', () => {
  it('come twice or in another order when told to; the client drops a message it knows', async () => {
    const { discord, client, heard, hears } = await startPair();
    let raw = 0;
    client.on(Events.Raw, ({ t }: { t: string }) => {
      raw += t === 'MESSAGE_CREATE' ? 1 : 0;
    });
    const write = (text: string) => discord.people.write({ chat: GENERAL, user: MINJI, text });
    await discord.misbehave({ kind: 'event_duplicate', times: 1 });
    write('one');
    await discord.misbehave({ kind: 'event_reorder', times: 2 });
    write('two');
    write('three');
    await hears(3);
    expect(heard).toEqual(['one', 'three', 'two']);
    expect(raw).toBe(4);
  });
});
