/** A mention on Slack: real Bolt in Socket Mode → store → real container → real Agent SDK → reply in the right thread. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

const GENERAL = 'C00GENERAL';
const MINJI = 'U0000MINJI';
/** The direct chat with Minji. */
const DIRECT = 'D0000MINJI';

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
  for (const [jid, folder] of [
    [GENERAL, 'general'],
    [DIRECT, 'minji'],
  ]) {
    expect(await installation.order('PUT', '/groups', { jid, name: folder, folder })).toBe(200);
  }
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

it('is answered straight away in a direct chat, without being called', async () => {
  world.slack.people.write({ chat: MINJI, user: MINJI, text: 'question 5' });
  expect(await answered('answer to question 5')).toMatchObject({ chat: DIRECT, thread: null });
});

it('is given the file that came with it, and sends one back into its thread', async () => {
  const start = write('about the plan');
  const command = 'rev /workspace/group/inbox/*/plan.txt > /workspace/group/nalp.txt';
  world.anthropic.script.queue(
    call('Bash', { command, description: 'turn it round' }),
    call('mcp__nanoclaw__send_file', { path: '/workspace/group/nalp.txt', caption: '**turned** round' }),
    say('answer to the plan'),
  );
  world.slack.people.write({
    ...{ chat: GENERAL, user: MINJI, thread: start.ts, text: `could you turn it round, ${mention('')}?` },
    files: [{ name: 'plan.txt', bytes: Buffer.from('내일 계획') }],
  });
  await answered('answer to the plan');
  const [sent] = world.slack.botMessages().filter(({ files }) => files.length > 0);
  expect(sent).toMatchObject({ chat: GENERAL, thread: start.ts, text: '*turned* round' });
  expect(sent?.files.map(({ title, bytes }) => [title, bytes.toString().trim()])).toEqual([
    ['nalp.txt', '획계 일내'],
  ]);
});

it('ends when a person says stop, and a slash command tells how things are', async () => {
  world.anthropic.script.queue(call('Bash', { command: 'sleep 1234', description: 'sleep long' }));
  const asked = write(mention('sleep a while'));
  await until(
    () => (world.slack.messages().find(({ ts }) => ts === asked.ts)?.reactions.length ?? 0) > 0,
    30,
    () => `nobody is at work:\n${installation.output.slice(-3000)}`,
  );
  write(mention('stop'), asked.ts);
  const stopped = () => replies().find(({ text }) => text.startsWith('🛑')) ?? null;
  expect(await until(stopped, 30, () => JSON.stringify(replies()))).toMatchObject({ thread: asked.ts });
  world.slack.people.slash({ chat: GENERAL, user: MINJI, command: '/nanoclaw', text: 'status' });
  const told = await until(
    () => world.slack.told().at(-1) ?? null,
    10,
    () => 'nothing was told',
  );
  expect(told).toMatchObject({ via: 'ack', visible: 'ephemeral', text: expect.stringMatching(/^✅/) });
});
