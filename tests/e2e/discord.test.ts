/** A mention on Discord: real discord.js → store → real container → real Agent SDK → reply in the right channel. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
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
  const group = { jid: `dc:${GENERAL}`, name: 'general', folder: 'general' };
  expect(await installation.order('PUT', '/groups', group)).toBe(200);
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
