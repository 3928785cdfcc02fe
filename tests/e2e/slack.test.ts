/** A mention on Slack: real Bolt in Socket Mode → store → real container → real Agent SDK → reply in the right thread. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const GENERAL = 'C00GENERAL';
const MINJI = 'U0000MINJI';

let world: World;
let installation: Installation;

const replies = () => world.slack.botMessages().map(({ chat, thread, text }) => ({ chat, thread, text }));
const answered = (text: string) =>
  until(
    () => replies().find((reply) => reply.text === text) ?? null,
    30,
    () => `no "${text}" in ${JSON.stringify(replies())}\n${installation.output.slice(-3000)}`,
  );
const mention = (text: string) => world.slack.people.mention(text);
const write = (text: string, thread?: string) =>
  world.slack.people.write({ chat: GENERAL, user: MINJI, text, ...(thread === undefined ? {} : { thread }) });

beforeAll(async () => {
  world = await startWorld();
  world.anthropic.script.match((request) => {
    const asked = JSON.stringify(request.messages)
      .match(/question \d/gu)
      ?.at(-1);
    return asked ? say(`answer to ${asked}`) : null;
  });
  const { slack, slackBotToken, slackAppToken } = world.addresses;
  const tokens = { SLACK_API_URL: slack, SLACK_BOT_TOKEN: slackBotToken, SLACK_APP_TOKEN: slackAppToken };
  const env = { NANOCLAW_SANDBOX: 'docker', ...tokens };
  installation = await createInstallation({ world, env, policy: { stableSeconds: 2 } });
  installation.start();
  await installation.up();
  const group = { jid: GENERAL, name: 'general', folder: 'general' };
  expect(await installation.order('PUT', '/groups', group)).toBe(200);
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

it('is answered in the thread of the message that asks, once, though Slack tells of it twice', async () => {
  write('just talking');
  const asked = write(mention('question 1'));
  expect(await answered('answer to question 1')).toMatchObject({ chat: GENERAL, thread: asked.ts });
});

it('is answered in the thread it was asked in', async () => {
  const start = write('a topic');
  write(mention('question 2'), start.ts);
  expect(await answered('answer to question 2')).toMatchObject({ thread: start.ts });
});

it('is answered after a crash during which more was asked elsewhere', async () => {
  const pid = installation.pid();
  write(mention('question 3'));
  process.kill(pid, 'SIGKILL');
  const elsewhere = write(mention('question 4'));
  await installation.up({ not: pid });
  await answered('answer to question 3');
  expect(await answered('answer to question 4')).toMatchObject({ thread: elsewhere.ts });
  expect(replies().map((reply) => reply.text)).toEqual([1, 2, 3, 4].map((n) => `answer to question ${n}`));
});
