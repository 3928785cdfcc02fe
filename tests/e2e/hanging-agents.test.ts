/** Real containers that stop working in a turn, each in its own way: told apart, and answered all the same. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { call, say } from '../world/anthropic-script.ts';
import { addGroup, containerOf, type Scene, setScene } from './intruder.ts';
import { until } from './until.ts';

/** Above what a machine under heavy load takes to start Claude Code. */
const QUIET_LIMIT_MS = 60_000;
const MOST_MS = 400_000;
vi.setConfig({ testTimeout: MOST_MS });

let scene: Scene;
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' });
const ends = () => scene.installation.metrics('container').map(({ result }) => result);
const ask = (text: string, chat = 'main') => scene.installation.cli('chat', '--once', text, '--chat', chat);

beforeAll(async () => {
  scene = await setScene({ AGENT_QUIET_LIMIT: String(QUIET_LIMIT_MS) });
  // Claude Code's own limits, as a group may set them: else it waits ten minutes for a model that is silent.
  await addGroup(scene, 'team');
  const state = scene.installation.paths.claudeState('team');
  mkdirSync(state, { recursive: true });
  const env = { API_TIMEOUT_MS: '20000', CLAUDE_CODE_MAX_RETRIES: '1' };
  writeFileSync(join(state, 'settings.json'), JSON.stringify({ env }));
});
afterAll(() => scene?.stop());

/** Asks for a long command and, once that runs, does something to the container; @returns the chat's answer. */
async function during(what: (container: string) => void): Promise<string> {
  const marker = `${scene.installation.paths.group('main')}/began`;
  const command = `echo > /workspace/group/began; sleep 100`;
  scene.world.anthropic.script.queue(call('Bash', { command, description: 'wait', timeout: 110_000 }));
  const answer = ask('go');
  const began = () => execFileSync('sh', ['-c', `rm ${marker} 2>/dev/null && echo yes || true`]).length > 0;
  await until(began, 180, () => scene.installation.output);
  what(containerOf(scene, 'main'));
  return (await answer).stdout;
}

/** Stops Claude Code, and it alone, as a fault in it would: its runner lives on. */
function freezeClaude(): void {
  const processes = docker('top', containerOf(scene, 'main'), '-eo', 'pid,args').split('\n');
  const pids = processes.flatMap((line) => /^\s*(\d+)\s+\S*\/claude\s/.exec(line)?.[1] ?? []);
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(Number(pid), 'SIGSTOP');
}

function expectAnswered(answer: string): void {
  expect(answer).not.toBe('');
  expect(answer).not.toContain('⚠️');
}

it.each([
  ['is frozen', 'hang', (container: string) => docker('pause', container)],
  ['is killed', 'died', (container: string) => docker('kill', container)],
])('one that %s is recorded as “%s”, and its turn is done by another', async (_how, result, happen) => {
  const before = ends().length;
  expectAnswered(await during(happen));
  expect(ends().slice(before)).toContain(result);
});

it('one whose Claude Code is stuck before the first event of a turn is “stuck”', async () => {
  expectAnswered((await ask('warm up')).stdout);
  const before = ends().length;
  freezeClaude();
  expectAnswered((await ask('are you there?')).stdout);
  expect(ends().slice(before)).toContain('stuck');
  expect(scene.installation.output).toMatch(/agent hangs: Claude Code does nothing/);
});

it('one whose Claude Code is stuck after it took its turn is “stuck” too', async () => {
  const before = ends().length;
  await scene.world.anthropic.misbehave({ kind: 'slow', headersMs: 2000, times: 1 });
  const asked = scene.world.anthropic.requests.length;
  const answer = ask('think about it');
  await until(
    () => scene.world.anthropic.requests.length > asked,
    180,
    () => scene.installation.output,
  );
  freezeClaude();
  expectAnswered((await answer).stdout);
  expect(ends().slice(before)).toContain('stuck');
});

it('a model that takes a request and never answers is none of the agent’s faults: the turn fails and is done again', async () => {
  const before = ends().length;
  await scene.world.anthropic.misbehave({ kind: 'slow', headersMs: 600_000, times: 2 });
  scene.world.anthropic.script.match(() => say('here I am'));
  expect((await ask('hello?', 'team')).stdout.trim()).toBe('here I am');
  expect(scene.installation.metrics('turn').map(({ result }) => result)).toContain('network');
  expect(
    ends()
      .slice(before)
      .filter((result) => result !== 'started' && result !== 'prewarmed'),
  ).toEqual([]);
});
