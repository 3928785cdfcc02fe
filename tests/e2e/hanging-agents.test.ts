/** Real containers that stop working in the middle of a turn, each in its own way: told apart, and answered all the same. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../world/anthropic-script.ts';
import { containerOf, type Scene, setScene } from './intruder.ts';
import { until } from './until.ts';

let scene: Scene;
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' });
const ends = () => scene.installation.metrics('container').map(({ result }) => result);

beforeAll(async () => {
  scene = await setScene();
});
afterAll(() => scene?.stop());

/** Asks for a long command and, once that runs, does something to the container; @returns the chat's answer. */
async function during(what: (container: string) => void): Promise<string> {
  const marker = `${scene.installation.paths.group('main')}/began`;
  const command = `echo > /workspace/group/began; sleep 100`;
  scene.world.anthropic.script.queue(call('Bash', { command, description: 'wait', timeout: 110_000 }));
  const answer = scene.installation.cli('chat', '--once', 'go');
  const began = () => execFileSync('sh', ['-c', `rm ${marker} 2>/dev/null && echo yes || true`]).length > 0;
  await until(began, 60, () => scene.installation.output);
  what(containerOf(scene, 'main'));
  return (await answer).stdout;
}

it.each([
  ['is frozen', 'hang', (container: string) => docker('pause', container)],
  ['is killed', 'died', (container: string) => docker('kill', container)],
])('one that %s is recorded as “%s”, and its turn is done by another', async (_how, result, happen) => {
  const before = ends().length;
  const answer = await during(happen);
  expect(answer).not.toBe('');
  expect(answer).not.toContain('⚠️');
  expect(ends().slice(before)).toContain(result);
});
