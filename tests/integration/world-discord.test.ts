/** The unmodified discord.js client against the Discord stand-in. */
import { Events, Routes } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Watch } from '../world/shared/watch.ts';
import { DEADLINE_MS, GENERAL, INTENTS, MINJI, restOf, useDiscordPairs } from './fixtures/discord-pair.ts';

const { startPair } = useDiscordPairs();

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
