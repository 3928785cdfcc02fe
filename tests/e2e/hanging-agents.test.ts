/** Real containers that stop working in a turn, each in its own way: told apart, and answered all the same. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newestInput } from '../../src/offline-model/request.ts';
import { say } from '../world/anthropic-script.ts';
import { addGroup, containerOf, type Scene, setScene } from './intruder.ts';
import { until } from './until.ts';

/** Above what a machine under heavy load takes to start Claude Code. */
const QUIET_LIMIT_MS = 60_000;
const MOST_MS = 400_000;
vi.setConfig({ testTimeout: MOST_MS });

let scene: Scene;
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' });
/** What became of a group's containers. */
const ends = (group: string) =>
  scene.installation
    .metrics('container')
    .filter((row) => row.group === group)
    .map(({ result }) => result);
const ask = (text: string, chat: string) => scene.installation.cli('chat', '--once', text, '--chat', chat);

beforeAll(async () => {
  scene = await setScene({ AGENT_QUIET_LIMIT: String(QUIET_LIMIT_MS) });
  for (const group of ['paused', 'killed', 'early', 'late', 'patient']) await addGroup(scene, group);
  await addGroup(scene, 'slow', { timeoutMinutes: 1 });
  // Claude Code's own limits, as a group may set them: else it waits ten minutes for a model that is silent.
  const state = scene.installation.paths.claudeState('patient');
  mkdirSync(state, { recursive: true });
  const env = { API_TIMEOUT_MS: '10000', CLAUDE_CODE_MAX_RETRIES: '1' };
  writeFileSync(join(state, 'settings.json'), JSON.stringify({ env }));
});
afterAll(() => scene?.stop());

/** Stops Claude Code, and it alone, as a fault in it would: its runner lives on. */
function freezeClaude(group: string): void {
  const processes = docker('top', containerOf(scene, group), '-eo', 'pid,args').split('\n');
  const pids = processes.flatMap((line) => /^\s*(\d+)\s+\S*\/claude\s/.exec(line)?.[1] ?? []);
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(Number(pid), 'SIGSTOP');
}

function expectAnswered(answer: string): void {
  expect(answer).not.toBe('');
  expect(answer).not.toContain('⚠️');
}

// Each has a group of its own, so all wait at once.
describe.concurrent('an agent that stops working', () => {
  it.each([
    ['paused', 'hang', (container: string) => docker('pause', container)],
    ['killed', 'died', (container: string) => docker('kill', container)],
  ])('one that is %s is recorded as “%s”, and its turn is done by another', async (group, result, happen) => {
    const marker = join(scene.installation.paths.group(group), 'began');
    const answer = ask('run test -e began || { touch began; sleep 100; }', group);
    await until(
      () => existsSync(marker),
      180,
      () => scene.installation.output,
    );
    happen(containerOf(scene, group));
    expectAnswered((await answer).stdout);
    expect(ends(group)).toContain(result);
  });

  it('one whose Claude Code is stuck before the first event of a turn is “stuck”', async () => {
    expectAnswered((await ask('warm up', 'early')).stdout);
    freezeClaude('early');
    expectAnswered((await ask('are you there?', 'early')).stdout);
    expect(ends('early')).toContain('stuck');
    expect(scene.installation.output).toMatch(/agent hangs: Claude Code does nothing/);
  });

  it('one whose Claude Code is stuck after it took its turn is “stuck” too', async () => {
    const isAsked = () =>
      scene.world.anthropic.requests.some(
        ({ body }) => body !== null && newestInput(body).text.includes('slow 3'),
      );
    const answer = ask('slow 3', 'late');
    await until(isAsked, 180, () => scene.installation.output);
    freezeClaude('late');
    expectAnswered((await answer).stdout);
    expect(ends('late')).toContain('stuck');
  });

  it('one whose turn takes longer than its group allows is stopped, and the chat is told', async () => {
    expect((await ask('run sleep 100', 'slow')).stdout).toMatch(/longer than I am allowed/);
    await until(
      () => ends('slow').includes('timeout'),
      30,
      () => ends('slow').join(),
    );
  });

  it('one whose model takes a request and never answers is not at fault: the turn fails and is done again', async () => {
    // Claude Code asks twice in a turn: neither is answered in time.
    let asked = 0;
    scene.world.anthropic.script.match((request) =>
      newestInput(request).text.includes('slow 100') && ++asked > 2 ? say('here I am') : null,
    );
    expect((await ask('slow 100', 'patient')).stdout.trim()).toBe('here I am');
    expect(scene.installation.metrics('turn').map(({ result }) => result)).toContain('network');
    expect(ends('patient').filter((result) => result !== 'started' && result !== 'prewarmed')).toEqual([]);
  });
});
