/** The sign-in on real parts: what the API answers to a real agent decides which credential the next request gets. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readinessSchema } from '../../contracts/health.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';

let world: World;
let installation: Installation;

beforeAll(async () => {
  world = await startWorld();
  const env = { NANOCLAW_SANDBOX: 'docker', CLAUDE_OAUTH_TOKEN_URL: world.addresses.oauth };
  installation = await createInstallation({ world, env });
  const folder = join(installation.env.HOME ?? '', '.claude');
  mkdirSync(folder);
  const claudeAiOauth = { ...world.oauth.store.issue(), expiresAt: Date.now() - 1000 };
  writeFileSync(join(folder, '.credentials.json'), JSON.stringify({ claudeAiOauth }));
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

const chat = (text: string) => installation.cli('chat', '--once', `@폴 ${text}`);
const accepted = () => world.anthropic.requests.filter(({ credential }) => credential.accepted);
async function codeOfModel(): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${installation.opsPort}/readyz`);
  return readinessSchema.parse(await answer.json()).components.find(({ name }) => name === 'model')?.code;
}

it('A login that ran out while nothing ran is renewed at the start, and the agent never meets the old one', async () => {
  expect((await chat('hello')).code).toBe(0);
  expect(world.oauth.store.granted).toBe(1);
  expect(new Set(world.anthropic.requests.map(({ credential }) => JSON.stringify(credential)))).toEqual(
    new Set([JSON.stringify({ kind: 'oauth', accepted: true })]),
  );
  expect(installation.output).toContain('Auth: using Pro subscription OAuth token');
  expect(await codeOfModel()).toBe('subscription');
});

it('A 401 causes one renewal, and the mention is answered', async () => {
  await world.anthropic.misbehave({ kind: 'status', status: 401, times: 1 });
  expect((await chat('again')).code).toBe(0);
  expect(world.oauth.store.granted).toBe(2);
  expect(accepted().at(-1)?.credential.kind).toBe('oauth');
});

it('A 429 moves the agent to the prepaid key without a restart, and the health says so', async () => {
  await world.anthropic.misbehave({ kind: 'status', status: 429, times: 1 });
  expect((await chat('once more')).code).toBe(0);
  expect(accepted().at(-1)?.credential.kind).toBe('api_key');
  expect(await codeOfModel()).toBe('on_fallback');
  expect(installation.output).toContain('Auth: using fallback prepaid API key');
  expect(world.oauth.store.granted).toBe(2);
});
