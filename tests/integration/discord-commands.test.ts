/** Slash commands on Discord: the channel on the real discord.js, against the Discord stand-in. */
import { describe, expect, it } from 'vitest';
import { SLASH_COMMANDS } from '../../src/channels/discord/slash-commands.ts';
import { DEADLINE_MS, GENERAL, MINJI, stored, useWorlds } from './discord-world.ts';

const OTHER = '1000000000000000209';

const worlds = useWorlds();

async function begin(...args: Parameters<typeof worlds.begin>) {
  const started = await worlds.begin(...args);
  const { discord } = started;
  const answers = () =>
    discord.botMessages().map(({ chat, content, ephemeral }) => [chat, content, ephemeral]);
  const answered = (count: number) => discord.until(() => answers().length >= count, DEADLINE_MS);
  return { ...started, answers, answered };
}

describe('the commands', () => {
  it('are registered in both languages, and not again by the next process', async () => {
    const { world, discord } = await begin();
    await discord.until(() => discord.commands('global').length > 0, DEADLINE_MS);
    expect(discord.commands('global')).toMatchObject(SLASH_COMMANDS);
    const asked = () => discord.requests('GET /applications').filter(({ status }) => status === 200).length;
    await world.newChannel().start(world.host);
    await discord.until(() => asked() === 2, DEADLINE_MS);
    expect(discord.requests('PUT /applications')).toHaveLength(1);
  });

  it('that may not be registered are a note, and nothing else is the worse for it', async () => {
    const { world, channel } = await begin({ describe: { commandsAllowed: false } });
    await world.until(() => world.log().includes('applications.commands'));
    expect(channel.health()).toMatchObject({
      state: 'ok',
      reason: expect.stringContaining('applications.commands'),
    });
  });
});

describe('a command', () => {
  it('is answered to its giver alone, in a direct chat too', async () => {
    const { discord, answers, answered } = await begin();
    discord.people.slash({ chat: GENERAL, user: MINJI, command: 'status' });
    await answered(1);
    const { chat } = discord.people.slash({ chat: MINJI, user: MINJI, command: 'tasks' });
    await answered(2);
    expect(answers()).toEqual([
      [GENERAL, `status by ${MINJI} in dc:${GENERAL}`, true],
      [chat, `tasks by ${MINJI} in dc:${chat}`, true],
    ]);
  });

  it('that takes its time is promised an answer and gets it, for its giver alone', async () => {
    const { world, discord, answers, answered } = await begin();
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.host.command = async () => {
      await done;
      return 'at last';
    };
    discord.people.slash({ chat: GENERAL, user: MINJI, command: 'reset' });
    await discord.until(() => discord.interactions()[0]?.answeredWith === 5, DEADLINE_MS);
    expect(answers()).toEqual([]);
    finish();
    await answered(1);
    expect(answers()).toEqual([[GENERAL, 'at last', true]]);
  });

  it('leaves no token in any line of the log, also when it cannot be answered', async () => {
    const { world, discord } = await begin();
    await discord.misbehave({ kind: 'status', status: 503, on: 'POST /interactions', times: 1 });
    const { token } = discord.people.slash({ chat: GENERAL, user: MINJI, command: 'help' });
    await world.until(() => world.log().includes('Slash command not answered'));
    expect(world.log()).not.toContain(token);
  });
});

describe('a question', () => {
  const ask = (text: string) => ({ command: 'ask', options: [{ name: 'text', value: text }] });

  it('is stored as one that asks, then shown in the chat', async () => {
    const { world, discord, answers, answered } = await begin();
    const { id } = discord.people.slash({ chat: GENERAL, user: MINJI, ...ask('내일 날씨는?') });
    await answered(1);
    expect(world.store.journal.range(`dc:${GENERAL}`, 0)).toMatchObject([
      { id: `${id}-ask`, content: '내일 날씨는?', senderName: '김민지', asks: 1 },
    ]);
    expect(answers()).toEqual([[GENERAL, '> 내일 날씨는?', false]]);
    expect(discord.botMessages()[0]?.pings).toEqual([]);
  });

  it('whose event comes twice is stored and shown once', async () => {
    const { world, discord, answers } = await begin();
    await discord.misbehave({ kind: 'event_duplicate', times: 1 });
    discord.people.slash({ chat: GENERAL, user: MINJI, ...ask('once?') });
    discord.people.write({ chat: GENERAL, user: MINJI, text: 'after' });
    await stored(world, 2);
    await discord.until(() => answers().length > 0, DEADLINE_MS);
    expect([world.texts(GENERAL), answers()]).toEqual([['once?', 'after'], [[GENERAL, '> once?', false]]]);
  });

  it('of somebody who may not ask here is refused, to its giver alone', async () => {
    const { world, discord, answers, answered } = await begin();
    world.register(GENERAL, { senders: ['1'] });
    discord.people.slash({ chat: GENERAL, user: MINJI, ...ask('may I?') });
    await answered(1);
    expect(answers()).toEqual([[GENERAL, expect.stringContaining('질문할 수 없습니다'), true]]);
  });

  it('in a chat that is not registered is told so, to its giver alone', async () => {
    const channels = [
      { id: GENERAL, name: 'general' },
      { id: OTHER, name: 'other' },
    ];
    const { discord, answers, answered } = await begin({ describe: { channels } });
    discord.people.slash({ chat: OTHER, user: MINJI, ...ask('hello?') });
    await answered(1);
    expect(answers()).toEqual([[OTHER, expect.stringContaining('등록되지 않았습니다'), true]]);
  });
});
