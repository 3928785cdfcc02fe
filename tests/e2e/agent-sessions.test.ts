/**
 * What an agent keeps, hands on and says, with the real SDK in a real container: its conversation over containers and
 * compactions, its helpers' reports, words before the answer, and errors in plain words.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { containerOf, type Scene, setScene } from './intruder.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 400_000 });
/** Near the end of the window of a million tokens: the next turn begins with a compaction. */
const NEARLY_ALL_TOKENS = 990_000;

let scene: Scene;
const ask = async (text: string) =>
  (await scene.installation.cli('chat', '--once', text, '--chat', 'main')).stdout.trim();
const kill = () => execFileSync('docker', ['kill', containerOf(scene, 'main')]);
const texts = () => scene.world.anthropic.requests.map(({ body }) => JSON.stringify(body?.messages ?? []));
const turns = () => scene.installation.metrics('turn').map(({ result }) => result);
const sessions = () => join(scene.installation.paths.claudeState('main'), 'projects', '-workspace-group');

beforeAll(async () => {
  scene = await setScene({ NANOCLAW_LANG: 'ko' });
});
afterAll(() => scene?.stop());

it('another container goes on with the conversation where the last one spoke', async () => {
  scene.world.anthropic.script.queue(say('the first answer'));
  expect(await ask('the first question')).toBe('the first answer');
  kill();
  scene.world.anthropic.script.queue(say('the second answer'));
  expect(await ask('the second question')).toBe('the second answer');
  for (const said of ['the first question', 'the first answer', 'the second question'])
    expect(texts().at(-1)).toContain(said);
});

it('a turn whose Claude Code was killed goes on at the last thing that it did', async () => {
  // What Claude Code has said is written down a moment later; what happens before that is for the lane's own tests.
  const written = 'until grep -qs "end it all" ~/.claude/projects/*/*.jsonl; do sleep 0.1; done';
  const command = `${written}; kill -9 $PPID`;
  scene.world.anthropic.script.queue(call('Bash', { command, description: 'end it all' }));
  expect(await ask('end yourself')).toContain('ran:');
  expect(turns()).toContain('crashed');
  expect(texts().at(-1)).toContain('kill -9 $PPID');
});

it('helpers work at the same time within a turn, and their reports come back into it', async () => {
  const helper = (name: string) => ({
    ...{ description: name, subagent_type: 'general-purpose' },
    prompt: `HELPER ${name}: count the beans`,
  });
  const both = call('Agent', helper('left'));
  scene.world.anthropic.script.queue({
    ...both,
    blocks: [...both.blocks, ...call('Agent', helper('right')).blocks],
  });
  scene.world.anthropic.script.match((request) => {
    const text = JSON.stringify(request.messages);
    // The one who called them has the calls in its conversation too.
    const [, name] = text.includes('the first question') ? [] : (/HELPER (\w+): count/.exec(text) ?? []);
    return name === undefined ? null : say(`${name} has 42 beans`);
  });
  expect(await ask('count all beans')).toContain('42 beans');
  for (const report of ['left has 42 beans', 'right has 42 beans']) expect(texts().at(-1)).toContain(report);
});

it('words on the way reach the chat before the answer', async () => {
  const { script } = scene.world.anthropic;
  script.queue(call('mcp__nanoclaw__send_message', { text: 'half way' }), say('all the way'));
  await ask('a long walk');
  const db = new Database(scene.installation.paths.database, { readonly: true });
  const said = db.prepare("SELECT text FROM local_messages WHERE direction = 'out'").pluck().all();
  db.close();
  expect(said.slice(-2)).toEqual(['half way', 'all the way']);
});

it('a conversation that grows too long is kept in plain words on the host before it is compacted', async () => {
  const { script } = scene.world.anthropic;
  script.queue({ ...say('a very long answer'), usage: { inputTokens: NEARLY_ALL_TOKENS, outputTokens: 20 } });
  await ask('tell me everything');
  script.queue(
    say('<analysis>all of it</analysis><summary>SUMMARY: they spoke of beans.</summary>'),
    say('go on'),
  );
  expect(await ask('and now?')).toBe('go on');
  expect(texts().at(-1)).toContain('SUMMARY: they spoke of beans.');
  const folder = join(scene.installation.paths.group('main'), 'conversations');
  const [name = ''] = readdirSync(folder).filter((file) => file !== 'index.md');
  expect(name).toMatch(/^\d{4}-\d\d-\d\d-the-first-question\.md$/);
  const kept = readFileSync(join(folder, name), 'utf8');
  for (const said of ['the first answer', 'tell me everything', 'a very long answer'])
    expect(kept).toContain(said);
  expect(readFileSync(join(folder, 'index.md'), 'utf8')).toContain(`(${name})`);
});

it('a session that is gone is forgotten: a fresh one answers, once', async () => {
  kill();
  rmSync(sessions(), { recursive: true });
  scene.world.anthropic.script.queue(say('nice to meet you'));
  expect(await ask('do you know me?')).toBe('nice to meet you');
  expect(turns()).toContain('stale_session');
  expect(texts().at(-1)).not.toContain('beans');
});

it.each([
  [403, 'auth', /모델에 로그인하지 못했습니다/],
  [400, 'other', /작업 중 문제가 생겼습니다/],
])('an error of the model (%i) is said in the chat’s language', async (status, result, words) => {
  await scene.world.anthropic.misbehave({ kind: 'status', status });
  expect(await ask('hello?')).toMatch(words);
  await scene.world.anthropic.misbehave({ kind: 'none' });
  expect(turns().at(-1)).toBe(result);
});
