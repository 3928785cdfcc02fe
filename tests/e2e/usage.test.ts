/** What a turn used and whom it asked, as the document's own line of jq tells it; and the budget's word in Korean. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addGroup, run, type Scene, setScene } from './intruder.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

type Used = { group: string; turn: string; tokens: number; usd: number; bytes: number; hosts: string[] };

let scene: Scene;

beforeAll(async () => {
  scene = await setScene({ NANOCLAW_LANG: 'ko' });
  const egress = { ports: [scene.opened.port], private: [`127.0.0.1:${scene.opened.port}`] };
  await addGroup(scene, 'team', { egress, budget: { tokensPerDay: 1000 } });
});
afterAll(() => scene?.stop());

it('each turn’s tokens, money, bytes and hosts stand in the metrics', async () => {
  await run(scene, `curl -s --noproxy '' http://127.0.0.1:${scene.opened.port}/`);
  const document = readFileSync(join(import.meta.dirname, '../../docs/groups.md'), 'utf8');
  const [, recipe = ''] = /```\n(jq -s [\s\S]*?)\n```/.exec(document) ?? [];
  const printed = execFileSync('sh', ['-c', recipe], { cwd: scene.installation.home, encoding: 'utf8' });
  const used = (JSON.parse(printed) as Used[]).filter(({ group }) => group === 'team');
  const model = new URL(scene.world.addresses.anthropic).host;
  expect(used).toHaveLength(1);
  expect(used[0]?.hosts).toEqual(expect.arrayContaining(['127.0.0.1', model]));
  // Two requests of the model, with 120 tokens each.
  expect(used[0]).toMatchObject({ tokens: 240, turn: expect.stringMatching(/^[0-9a-f]{12}$/) });
  expect(used[0]?.usd).toBeGreaterThan(0);
  expect(used[0]?.bytes).toBeGreaterThan(1000);
});

it('a group whose budget of the day is used up is told so in its language', async () => {
  await addGroup(scene, 'team', { budget: { tokensPerDay: 100 } });
  const { stdout } = await scene.installation.cli('chat', '--once', 'go on', '--chat', 'team');
  expect(stdout).toMatch(/오늘 예산을 모두 사용했습니다/);
});
