/**
 * Light questions on real parts: local chat, copilot-api's stand-in, the real container. The last agent turn knows what
 * the light model said; a light model that fails in any way costs time and never the answer.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { until } from './until.ts';

let world: World;
let installation: Installation;

/** A process that was just started has neither asked the light model nor been let down by it. */
async function restart(): Promise<void> {
  const pid = installation.pid();
  process.kill(pid, 'SIGKILL');
  await installation.up({ not: pid });
}

async function ask(text: string): Promise<string> {
  const { stdout } = await installation.cli('chat', '--once', text);
  return stdout.trim();
}

function query<T>(sql: string): T[] {
  const db = new Database(installation.paths.database, { readonly: true });
  const rows = db.prepare<[], T>(sql).all();
  db.close();
  return rows;
}

const routes = () =>
  readFileSync(join(installation.paths.logs, 'routing-metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
/** The component, once the supervisor has seen it so in a service that is up. */
const router = (state: string) =>
  until(
    async () => {
      const service = (await installation.status())?.service;
      const found = service?.readiness?.components.find(({ name }) => name === 'router');
      return service?.state === 'up' && found?.state === state ? found : null;
    },
    30,
    () => `the router is not ${state}`,
  );
const lastPrompt = () => JSON.stringify(world.anthropic.requests.at(-1)?.body?.messages);

beforeAll(async () => {
  world = await startWorld();
  const restarts = { restart: { backoffSeconds: [0], budget: 100, windowSeconds: 1 }, stableSeconds: 1 };
  installation = await createInstallation({
    world,
    policy: restarts,
    env: { NANOCLAW_SANDBOX: 'docker', COPILOT_API_URL: world.addresses.copilot },
  });
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

describe('with copilot-api', () => {
  it('a light question is answered by the light model; no agent is begun, Claude is not asked', async () => {
    world.copilot.queue('안녕하세요!');
    expect(await ask('@폴 안녕')).toBe('안녕하세요!');
    expect(world.copilot.requests).toMatchObject([{ model: 'gpt-4o-mini', stream: true }]);
    expect(world.anthropic.requests).toHaveLength(0);
    expect(query('SELECT state, attempts FROM turns')).toEqual([{ state: 'answered', attempts: 0 }]);
  });

  it('a heavy one is answered by Claude, who knows the light exchange', async () => {
    world.anthropic.script.queue(say('세 시입니다.'));
    expect(await ask('@폴 오늘 회의 몇 시야?')).toBe('세 시입니다.');
    expect(world.copilot.requests).toHaveLength(1);
    expect(lastPrompt()).toMatch(/answered-in-your-name.*@폴 안녕.*안녕하세요!.*회의 몇 시야/);
  });

  it('the exchange is told once: the next prompt has it from the session alone', async () => {
    world.anthropic.script.queue(say('네 시입니다.'));
    expect(await ask('@폴 내일 회의는?')).toBe('네 시입니다.');
    expect(lastPrompt().match(/<answered-in-your-name>/gu)).toHaveLength(1);
  });

  it('what the light model is asked next has the conversation before it', async () => {
    await restart();
    world.copilot.queue('천만에요!');
    expect(await ask('@폴 고마워')).toBe('천만에요!');
    const asked = world.copilot.requests.at(-1)?.messages.map(({ role, content }) => `${role} ${content}`);
    expect(asked?.slice(1)).toEqual([
      ...[expect.stringContaining('@폴 안녕'), 'assistant 안녕하세요!'],
      ...[expect.stringContaining('오늘 회의'), 'assistant 세 시입니다.'],
      ...[expect.stringContaining('내일 회의'), 'assistant 네 시입니다.', 'user @폴 고마워'],
    ]);
  });

  it('each turn is one record, without a word of what was said', () => {
    expect(routes()).toMatchObject([
      { group: 'main', tier: 'light', model: 'gpt-4o-mini', reasons: ['social'], tokens: 60, cost: 0 },
      { tier: 'agent', model: 'claude', handover: null, outcome: 'answered' },
      { tier: 'agent', outcome: 'answered' },
      { tier: 'light', outcome: 'answered' },
    ]);
    expect(JSON.stringify(routes())).not.toMatch(/안녕|회의|시입니다/);
    const recipes =
      /^```sh recipe\n([\s\S]*?)^```$/mu.exec(readFileSync('docs/router.md', 'utf8'))?.[1] ?? 'false';
    const shown = execFileSync('bash', ['-ec', recipes], { cwd: installation.home, encoding: 'utf8' });
    expect(shown).toMatch(/"tier":"light"[\s\S]*"turns": 2/);
    expect(installation.metrics('route').map(({ result }) => result)).toEqual([
      ...['light', 'agent', 'agent', 'light'],
    ]);
  });
});

/** Rows 23, 24, 30 and 42 of `nanoclaw drill --list`, brought about at copilot-api. */
describe.each([
  ['is down', { kind: 'refuse' }, 'no_network'],
  ['accepts and says nothing', { kind: 'hang', afterEvents: 0 }, 'first_token_timeout'],
  ['limits requests', { kind: 'status', status: 429 }, 'rate_limited'],
  ['answers 500', { kind: 'status', status: 500 }, 'server_error'],
  ['answers garbage', { kind: 'garbage' }, 'malformed'],
  ['breaks off', { kind: 'drop', afterEvents: 3 }, 'truncated'],
])('when copilot-api %s', (_how, fault, handover) => {
  it('the agent answers, once, and the service stays ready', async () => {
    await restart();
    await world.copilot.misbehave(fault);
    world.anthropic.script.queue(say(`the agent, in spite of ${handover}`));
    expect(await ask('@폴 고마워')).toBe(`the agent, in spite of ${handover}`);
    await world.copilot.misbehave({ kind: 'none' });
    const sent = query<{ text: string }>(`SELECT text FROM local_messages WHERE text LIKE '%${handover}'`);
    expect(sent).toHaveLength(1);
    expect(routes().at(-1)).toMatchObject({ tier: 'agent', handover, outcome: 'answered' });
    expect(await router('degraded')).toMatchObject({ required: false });
  });
});
