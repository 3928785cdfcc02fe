/** Edits, deletions and files on Discord: the channel on the real discord.js, against the Discord stand-in. */
import { text as readAll } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { FileUnavailableError } from '../../src/channels/channel.ts';
import { GENERAL, MINJI, say, signal, stored, useWorlds } from './discord-world.ts';

const { begin } = useWorlds();

describe('a message', () => {
  it('that is edited reads anew, and asks once it mentions the bot', async () => {
    const { world, discord } = await begin();
    const message = say(world, 'when?');
    await stored(world, 1);
    discord.people.edit(message, discord.people.mention('when?'));
    await world.until(() => world.changes.length === 1);
    expect(world.changes).toMatchObject([
      { id: message.id, kind: 'edited', text: '@폴 when?', mentioned: true, at: message.editedAt },
    ]);
    expect(world.store.journal.range(`dc:${GENERAL}`, 0)).toMatchObject([{ content: '@폴 when?', asks: 1 }]);
  });

  it('whose link Discord looks up is not edited', async () => {
    const { world, discord } = await begin();
    const message = say(world, 'https://example.org');
    await stored(world, 1);
    discord.people.unfurl(message);
    discord.people.edit(message, 'edited');
    await world.until(() => world.changes.length > 0);
    expect(world.changes).toMatchObject([{ text: 'edited' }]);
  });

  it('that is deleted is gone, alone or with others', async () => {
    const { world, discord } = await begin();
    const [first, second, third] = ['one', 'two', 'three'].map((text) => say(world, text));
    await stored(world, 3);
    if (first) discord.people.remove(first);
    if (second && third) discord.people.removeAll([second, third]);
    await world.until(() => world.changes.length === 3);
    expect(world.changes.map(({ id, kind }) => [id, kind])).toEqual(
      [first, second, third].map((message) => [message?.id, 'deleted']),
    );
    expect(world.texts(GENERAL)).toEqual([]);
  });

  it('whose edit comes before it is stored as edited', async () => {
    const { world, discord } = await begin();
    await discord.misbehave({ kind: 'event_reorder', times: 2 });
    const message = say(world, 'first');
    discord.people.edit(message, 'second');
    await world.until(() => world.texts(GENERAL)[0] === 'second');
  });

  it.each([
    ['a drop', 'drop'],
    ['an outage', 'outage'],
  ])('that was edited or deleted during %s is so afterwards', async (_what, kind) => {
    const { world, discord } = await begin();
    const [edited, deleted] = ['first', 'gone soon'].map((text) => say(world, text));
    await stored(world, 2);
    await discord.misbehave({ kind });
    if (edited) discord.people.edit(edited, 'second');
    say(world, 'meanwhile');
    if (deleted && kind === 'drop') discord.people.remove(deleted);
    await discord.misbehave({ kind: 'none' });
    await world.until(() => world.texts(GENERAL).includes('meanwhile') && world.changes.length > 0);
    await world.until(() => world.texts(GENERAL)[0] === 'second');
  });
});

describe('a question that waits for its answer', () => {
  /** Stored, then the channel is away, something happens, and another one looks. */
  async function meanwhile(ask: (started: Awaited<ReturnType<typeof begin>>) => () => void) {
    const started = await begin();
    const { world, channel } = started;
    const happen = ask(started);
    await stored(world, 2);
    await channel.stop();
    happen();
    say(world, 'meanwhile');
    await world.newChannel().start(world.host);
    await world.until(() => world.texts(GENERAL).includes('meanwhile'));
    return world.texts(GENERAL);
  }

  it('and is deleted while nobody listens is taken off the record, and no other', async () => {
    const texts = await meanwhile(({ world, discord }) => {
      const gone = say(world, discord.people.mention('forget it'));
      say(world, discord.people.mention('keep this'));
      return () => discord.people.remove(gone);
    });
    expect(texts).toEqual(['@폴 keep this', 'meanwhile']);
  });

  it('and came by a slash command is in no history, and stays', async () => {
    const texts = await meanwhile(({ world, discord }) => {
      const options = [{ name: 'text', value: '내일 날씨는?' }];
      discord.people.slash({ chat: GENERAL, user: MINJI, command: 'ask', options });
      say(world, discord.people.mention('keep this'));
      return () => undefined;
    });
    expect(texts.sort()).toEqual(['@폴 keep this', 'meanwhile', '내일 날씨는?'].sort());
  });
});

describe('a file', () => {
  async function received(bytes: Buffer, name = '메모 1.txt') {
    const { world, discord, channel } = await begin();
    const message = discord.people.write({
      chat: GENERAL,
      user: MINJI,
      text: 'see',
      files: [{ name, bytes }],
    });
    await world.until(() => world.received.length === 1);
    const [file] = world.received[0]?.files ?? [];
    if (file === undefined) throw new Error('the file did not come');
    return { world, discord, channel, message, file };
  }

  it('comes with its message, and is fetched when it is wanted', async () => {
    const { channel, message, file } = await received(Buffer.from('안녕'));
    expect(file).toEqual({
      ref: `${GENERAL}/${message.id}/${message.files[0]?.id}`,
      ...{ name: '메모_1.txt', bytes: 6 },
    });
    expect(await readAll(await channel.openFile(file, signal))).toBe('안녕');
  });

  it('can be fetched long after its address has expired', async () => {
    const { channel, discord, file } = await received(Buffer.from('still there'));
    await discord.misbehave({ kind: 'files_expire' });
    expect(await readAll(await channel.openFile(file, signal))).toBe('still there');
  });

  it('of a message that was deleted is gone', async () => {
    const { channel, discord, message, file } = await received(Buffer.from('x'));
    discord.people.remove(message);
    await expect(channel.openFile(file, signal)).rejects.toThrow('the message was deleted');
  });

  it('that Discord does not give is said to be unavailable, with the reason', async () => {
    const { channel, discord, file } = await received(Buffer.from('x'));
    await discord.misbehave({ kind: 'status', status: 503, on: 'GET /attachments', times: 1 });
    await expect(channel.openFile(file, signal)).rejects.toThrow('Discord answers 503');
    const other = { ref: 'local/1', name: 'x', bytes: 1 };
    await expect(channel.openFile(other, signal)).rejects.toThrow(FileUnavailableError);
  });
});

it('the chats we are in are the channels we may see and the direct chats heard from', async () => {
  const channels = [
    { id: GENERAL, name: 'general' },
    { id: '1000000000000000202', name: 'staff', access: false },
    { id: '1000000000000000203', name: '잡담' },
  ];
  const { world, channel } = await begin({ describe: { channels } });
  const direct = say(world, 'hi', MINJI);
  await world.until(() => world.received.length === 1);
  expect(await channel.available(signal)).toEqual([
    { jid: `dc:${GENERAL}`, name: 'world #general', isGroup: true },
    { jid: 'dc:1000000000000000203', name: 'world #잡담', isGroup: true },
    { jid: `dc:${direct.chat}`, name: '김민지', isGroup: false },
  ]);
});
