/** What an agent that wants to fill its host's disk can do, from inside a real container with a real Bash. */
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addGroup, run, type Scene, setScene } from './intruder.ts';

const MB = 1024 ** 2;
const LIMIT_MB = 60;
const FULL = /folder for this chat is full/;

/** Goes on for long: on a disk that others tidy at the same time, only lasting growth is seen within seconds. */
const fillWith = (name: string) =>
  `for n in $(seq 400); do dd if=/dev/zero of=${name}$n bs=1M count=5 2>/dev/null; sleep 0.5; done`;

let scene: Scene;
let folder: string;
const results = (metric: string) =>
  scene.installation.metrics(metric).flatMap(({ group, result }) => (group === 'team' ? [result] : []));
const heldMb = () =>
  readdirSync(folder)
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, { blocks }) => sum + blocks * 512, 0) / MB;

beforeAll(async () => {
  scene = await setScene();
  folder = scene.installation.paths.group('team');
  expect((await addGroup(scene, 'team', { diskMb: LIMIT_MB })).stderr).toBe('');
});
afterAll(() => scene?.stop());

it('one file ends at the limit', async () => {
  const printed = await run(scene, 'dd if=/dev/zero of=one bs=1M count=200 2>&1; ls; rm one');
  expect(printed).not.toContain('200+0 records out');
  expect(printed).toMatch(/File size limit|File too large|one/);
  expect(heldMb()).toBeLessThan(LIMIT_MB);
});

it('many files cost the agent its turn, and the chat is told', async () => {
  expect(await run(scene, fillWith('many'))).toMatch(FULL);
  expect(heldMb()).toBeGreaterThan(LIMIT_MB);
  expect(heldMb()).toBeLessThan(2 * LIMIT_MB);
  expect(results('disk')).toEqual(['over_limit']);
});

it('an agent above its limit is told so, may tidy up, and not write more', async () => {
  expect(await run(scene, fillWith('more'))).toMatch(FULL);
  expect(JSON.stringify(scene.world.anthropic.requests.at(-1)?.body)).toContain('<folder-full used-mb=');
  expect(results('container')).toContain('disk_quota');
  expect(await run(scene, 'rm -f many* more*; echo tidy')).toContain('tidy');
  expect(await run(scene, 'echo alive')).toContain('alive');
});

it('a group far above its limit, or whose folder hides what it holds, is not started; others are', async () => {
  const large = join(folder, 'large');
  await scene.installation.halt();
  writeFileSync(large, Buffer.alloc(3 * LIMIT_MB * MB, 1));
  scene.installation.start();
  await scene.installation.up();
  // The first is stopped when its folder has been looked at, the second is not begun.
  for (const text of ['write', 'write more']) {
    const { stdout } = await scene.installation.cli('chat', '--once', text, '--chat', 'team');
    expect(stdout).toMatch(FULL);
  }
  expect(results('disk')).toContain('refused');
  expect(await run(scene, 'echo works', 'main')).toContain('works');
  truncateSync(large);
  expect(await run(scene, 'echo again')).toContain('again');
  rmSync(large);
});
