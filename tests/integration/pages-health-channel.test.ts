/** The supervisor's bundle with a dead orchestrator: pages, commands in #health, the exported figures and bundle. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { type Discord, startDiscord } from '../world/discord/discord.ts';
import { startWebhook, type Webhook } from '../world/webhook.ts';
import { GENERAL, MINJI } from './discord-world.ts';
import { bundleSupervisor, SupervisedHome, until } from './fixtures/supervised-home.ts';

const ALEX = '1000000000000000012';
const MENTION = `<@${MINJI}>`;
const PLANTED = 'planted-secret-value';

let bundle: string;
let home: SupervisedHome;
let discord: Discord;
let webhook: Webhook;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
beforeEach(async () => {
  home = new SupervisedHome(bundle);
  [discord, webhook] = await Promise.all([startDiscord(), startWebhook()]);
  const settings = {
    ...{ DISCORD_WEBHOOK_URL: webhook.webhookUrl, ALERT_MENTION: MENTION, THREADS_APP_SECRET: PLANTED },
    ...{ DISCORD_BOT_TOKEN: WORLD_DISCORD_BOT_TOKEN, DISCORD_API_URL: discord.apiUrl },
    ...{ HEALTH_CHANNEL_ID: GENERAL, OPERATOR_IDS: MINJI, NANOCLAW_LANG: 'ko' },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(join(home.home, '.env'), lines.join(''), { mode: 0o600 });
});
afterEach(async () => {
  await home.close();
  await Promise.all([discord.stop(), webhook.stop()]);
});

const messages = () => webhook.deliveries.filter(({ kind }) => kind === 'message');
const answers = () => discord.botMessages().map(({ content }) => content);
const metricsText = async () => (await fetch(`${home.pageUrl}/metrics`)).text();

/** A page is out and the channel is read. */
async function beInTrouble(): Promise<void> {
  home.setMode('exit:1');
  await home.start();
  await home.untilStatus('held', ({ service }) => service.state === 'held');
  await until('the page', async () => (messages().length > 0 ? true : null));
}

test('in #health a listed person acknowledges and restarts, a stranger is ignored and counted', async () => {
  await beInTrouble();
  discord.people.write({ chat: GENERAL, user: ALEX, text: 'restart' });
  discord.people.write({ chat: GENERAL, user: MINJI, text: '확인' });
  const by = `#health ${MINJI}`;
  await home.untilStatus('acknowledged', ({ incidents }) => incidents[0]?.acknowledgedBy === by);
  await until('the answer', async () => (answers().length === 1 ? true : null));
  expect(answers()[0]).toContain('맡으셨습니다');
  expect((await home.status())?.service.state).toBe('held');
  expect(await metricsText()).toContain('nanoclaw_health_channel_ignored_total 1\n');

  home.setMode('ok');
  discord.people.write({ chat: GENERAL, user: MINJI, text: '재시작' });
  await home.untilStatus('closed', ({ incidents }) => incidents[0]?.state === 'closed');
  await until('the end', async () => (messages().length > 1 ? true : null));
  expect(messages().map(({ payload }) => payload.content)).toEqual([MENTION, MENTION]);
  const edits = webhook.deliveries.filter(({ kind }) => kind === 'edit');
  expect(new Set(edits.map(({ messageId }) => messageId))).toEqual(new Set([messages()[0]?.messageId]));
  const asked = discord.requests('GET /channels').length;
  expect(asked).toBeGreaterThan(0);
  expect(home.output).not.toContain('restart asked for by #health 1000000000000000012');
});

test('neither the figures nor the exported incident nor the log show a secret', async () => {
  await beInTrouble();
  const figures = await metricsText();
  expect(figures).toContain('nanoclaw_service_state{state="held"} 1\n');
  expect(figures).toMatch(/nanoclaw_records_total\{metric="page",result="sent"\} 1/);
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
  const args = [cli, 'incidents', 'export', '1', '--output', '-'];
  const env = { PATH: process.env.PATH, NANOCLAW_HOME: home.home };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'nanoclaw incident',
    incident: { summary: { cause: 'crash' } },
  });
  const secrets = [PLANTED, WORLD_DISCORD_BOT_TOKEN, 'webhooks/1/test-world'];
  for (const text of [figures, stdout, home.output, JSON.stringify(messages())]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});
