/** A mention on Discord: real discord.js → store → real container → real Agent SDK → reply in the right channel. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const GENERAL = '1000000000000000201';
const MINJI = '1000000000000000011';
const BOT = '1000000000000000001';

let world: World;
let installation: Installation;
const replies = () => world.discord.botMessages().map((message) => message.content);
const answered = (text: string, seconds = 30) =>
  until(
    () => replies().includes(text) || null,
    seconds,
    () => `no "${text}" in ${JSON.stringify(replies())}\n${installation.output.slice(-3000)}`,
  );

async function register(channel: string, folder: string): Promise<void> {
  const group = { jid: `dc:${channel}`, name: folder, folder };
  expect(await installation.order('PUT', '/groups', group)).toBe(200);
}

beforeAll(async () => {
  world = await startWorld();
  // Answers what was asked last, so that a run again after a crash says the same.
  world.anthropic.script.match((request) => {
    const asked = JSON.stringify(request.messages)
      .match(/question \d/gu)
      ?.at(-1);
    return asked ? say(`answer to ${asked}`) : null;
  });
  const { discord, discordToken } = world.addresses;
  const env = { NANOCLAW_SANDBOX: 'docker', DISCORD_API_URL: discord, DISCORD_BOT_TOKEN: discordToken };
  installation = await createInstallation({ world, env, policy: { stableSeconds: 2 } });
  installation.start();
  await installation.up();
  await register(GENERAL, 'general');
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

it('is answered in its channel, and talk that does not mention the bot is not', async () => {
  world.discord.people.write({ chat: GENERAL, user: MINJI, text: 'just talking' });
  world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> question 1` });
  await answered('answer to question 1');
  expect(world.discord.botMessages()).toMatchObject([{ chat: GENERAL }]);
});

it('is answered once when the orchestrator is killed in the middle', async () => {
  const before = world.anthropic.requests.length;
  world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> question 2` });
  await until(
    () => world.anthropic.requests.length > before || null,
    20,
    () => 'the turn never began',
  );
  const pid = installation.pid();
  process.kill(pid, 'SIGKILL');
  await installation.up({ not: pid });
  await answered('answer to question 2');
});

it('is answered after the service was away while it was written', async () => {
  const pid = installation.pid();
  process.kill(pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> question 3` });
  await installation.up({ not: pid });
  await answered('answer to question 3');
  expect(replies()).toEqual(['answer to question 1', 'answer to question 2', 'answer to question 3']);
});

describe('people', () => {
  it('are answered in a direct chat without a mention', async () => {
    const { chat } = world.discord.people.write({ chat: MINJI, user: MINJI, text: 'anybody there?' });
    await register(chat, 'minji');
    world.discord.people.write({ chat: MINJI, user: MINJI, text: 'question 4' });
    await answered('answer to question 4');
    expect(world.discord.botMessages().at(-1)).toMatchObject({ chat });
  });

  it('send a file and get one back', async () => {
    const command = 'tr a-z A-Z < /workspace/group/inbox/*/memo.txt > /workspace/group/LOUD.txt';
    world.anthropic.script.queue(
      call('Bash', { command, description: 'make it loud' }),
      call('mcp__nanoclaw__send_file', { path: 'LOUD.txt', caption: 'louder' }),
      say('done with the file'),
    );
    const files = [{ name: 'memo.txt', bytes: Buffer.from('quiet words') }];
    world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> shout this`, files });
    await answered('done with the file');
    const sent = world.discord.botMessages().find(({ content }) => content === 'louder');
    expect(sent?.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['LOUD.txt', 'QUIET WORDS'],
    ]);
  });

  it('give slash commands, answered to them alone, and ask by one, answered to all', async () => {
    world.discord.people.slash({ chat: GENERAL, user: MINJI, command: 'status' });
    const status = await until(
      () => world.discord.botMessages().find(({ ephemeral }) => ephemeral) ?? null,
      10,
      () => 'no answer to /status',
    );
    expect(status).toMatchObject({ chat: GENERAL, content: expect.stringContaining('✅') });
    const options = [{ name: 'text', value: 'question 5' }];
    world.discord.people.slash({ chat: GENERAL, user: MINJI, command: 'ask', options });
    await answered('answer to question 5');
    expect(replies().slice(-2)).toEqual(['> question 5', 'answer to question 5']);
  });

  it('stop what runs', async () => {
    world.anthropic.script.queue(call('Bash', { command: 'sleep 4322', description: 'sleep long' }));
    const asked = 'sleep for me';
    world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> ${asked}` });
    await until(
      () => world.anthropic.requests.some(({ body }) => JSON.stringify(body).includes(asked)) || null,
      10,
      () => 'the model was never asked',
    );
    world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> stop` });
    await until(
      () => replies().find((text) => text.startsWith('🛑')) ?? null,
      10,
      () => `nothing stopped: ${JSON.stringify(replies())}`,
    );
    world.discord.people.write({ chat: GENERAL, user: MINJI, text: `<@${BOT}> question 6` });
    await answered('answer to question 6');
  });
});
