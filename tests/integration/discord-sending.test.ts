/** What the Discord channel sends, on the real discord.js, against the Discord stand-in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connected, DEADLINE_MS, GENERAL, replyTo, say, signal, useWorlds } from './discord-world.ts';

const { begin } = useWorlds();

describe('a reply', () => {
  it.each(['reset', 'fin'] as const)(
    'whose response was lost (%s) is unclear, and shown once when repeated',
    async (close) => {
      const { channel, discord } = await begin();
      await discord.misbehave({ kind: 'lost', close, on: 'POST /channels', times: 1 });
      expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'unclear' });
      const again = await channel.send(replyTo(GENERAL, { firstTryAt: Date.now() }), signal);
      expect(again).toEqual({ kind: 'sent', receipt: discord.botMessages()[0]?.id });
      expect(discord.botMessages()).toHaveLength(1);
    },
  );

  it('tried long ago by a former process is found in the history, parts and all', async () => {
    const { world, channel, discord } = await begin();
    const text = `${'a'.repeat(1500)}\n\n${'b'.repeat(1500)}`;
    const asked = say(world, discord.people.mention('tell me'));
    await discord.misbehave({ kind: 'status', status: 503, on: 'POST /channels', times: 1 });
    const reply = replyTo(GENERAL, { text, answers: [asked.id] });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'unclear' });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'sent' });
    const later = world.newChannel();
    await later.start(world.host);
    await connected(world, 2);
    const old = { ...reply, firstTryAt: Date.now() - 3_600_000 };
    expect(await later.send(old, signal)).toMatchObject({ kind: 'sent' });
    expect(discord.botMessages().map(({ nonce }) => nonce)).toEqual([reply.key, `${reply.key}/2`]);
  });

  it('met with 429 waits as long as Discord says', async () => {
    const { channel, discord } = await begin();
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
    const { channel } = await begin({ describe: { channels } });
    for (const chat of ['404404404404404404', hidden]) {
      expect(await channel.send(replyTo(chat), signal)).toMatchObject({
        kind: 'undeliverable',
        chat: 'gone',
      });
    }
  });

  it('in a storm of 429s goes out once, when the storm is over', async () => {
    const { channel, discord } = await begin();
    const storm = { kind: 'rate_limit', retryAfterSeconds: 0.05, on: 'POST /channels' };
    await discord.misbehave({ ...storm, times: 4 });
    await discord.misbehave({ ...storm, global: true, times: 4 });
    let outcome = await channel.send(replyTo(GENERAL), signal);
    while (outcome.kind === 'retry') outcome = await channel.send(replyTo(GENERAL), signal);
    expect(outcome).toMatchObject({ kind: 'sent' });
    expect(discord.botMessages()).toHaveLength(1);
  });

  it('goes out while the gateway is away', async () => {
    const { channel, discord } = await begin();
    await discord.misbehave({ kind: 'half_open' });
    expect(await channel.send(replyTo(GENERAL), signal)).toMatchObject({ kind: 'sent' });
    await discord.misbehave({ kind: 'drop' });
  });
});

it('shows that it is typing while work goes on', async () => {
  const { channel, discord } = await begin();
  channel.setWorking({ jid: `dc:${GENERAL}`, thread: null }, true, null);
  await discord.until(() => discord.typings().length === 1, DEADLINE_MS);
  channel.setWorking({ jid: `dc:${GENERAL}`, thread: null }, false, null);
  expect(discord.typings()[0]?.chat).toBe(GENERAL);
});

describe('a file', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function fileOf(content: string | Buffer) {
    const folder = mkdtempSync(join(tmpdir(), 'discord-file-'));
    folders.push(folder);
    const path = join(folder, 'content');
    writeFileSync(path, content);
    return { name: '결과 1.csv', path, bytes: Buffer.byteLength(content) };
  }
  const sentFiles = (discord: Awaited<ReturnType<typeof begin>>['discord']) =>
    discord.botMessages().map(({ content, files }) => [content, files.map((one) => one.bytes.toString())]);

  it('goes out with its text, under the nonce of the reply', async () => {
    const { channel, discord } = await begin();
    const outcome = await channel.send(replyTo(GENERAL, { text: '여기', file: fileOf('값,1\n') }), signal);
    expect(outcome).toMatchObject({ kind: 'sent' });
    expect(sentFiles(discord)).toEqual([['여기', ['값,1\n']]]);
    expect(discord.botMessages()).toMatchObject([
      { nonce: 'turnturntur1.1', files: [{ name: '결과 1.csv' }] },
    ]);
  });

  it.each([
    ['a moment ago', () => Date.now()],
    ['long ago', () => Date.now() - 3_600_000],
  ])('whose response was lost %s is there once when it is sent again', async (_when, firstTryAt) => {
    const { channel, discord } = await begin();
    await discord.misbehave({ kind: 'lost', close: 'fin', on: 'POST /channels', times: 1 });
    const reply = replyTo(GENERAL, { text: '', file: fileOf('one') });
    expect(await channel.send(reply, signal)).toMatchObject({ kind: 'unclear' });
    expect(await channel.send({ ...reply, firstTryAt: firstTryAt() }, signal)).toMatchObject({
      kind: 'sent',
    });
    expect(sentFiles(discord)).toEqual([['', ['one']]]);
  });

  it('that is too large is refused for good, and the chat can be told', async () => {
    const { channel, discord } = await begin({ describe: { fileLimitBytes: 1000 } });
    const outcome = await channel.send(replyTo(GENERAL, { file: fileOf(Buffer.alloc(1001)) }), signal);
    expect(outcome).toMatchObject({ kind: 'undeliverable', chat: 'reachable' });
    expect(discord.botMessages()).toEqual([]);
  });

  it('of ten megabytes goes out whole', async () => {
    const { channel, discord } = await begin();
    const content = Buffer.alloc(10 * 1024 * 1024, 'nanoclaw ');
    expect(await channel.send(replyTo(GENERAL, { file: fileOf(content) }), signal)).toMatchObject({
      kind: 'sent',
    });
    expect(discord.botMessages()[0]?.files[0]?.bytes.equals(content)).toBe(true);
  });
});
