/** The unmodified discord.js client while the Discord stand-in misbehaves. */
import { Client, Events, REST, Routes } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { startDiscord } from '../world/discord/discord.ts';
import {
  DEADLINE_MS,
  GENERAL,
  INTENTS,
  MINJI,
  restOf,
  started,
  useDiscordPairs,
} from './fixtures/discord-pair.ts';

const { open, startPair } = useDiscordPairs();

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
