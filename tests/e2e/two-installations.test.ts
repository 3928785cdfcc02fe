/** Two homes on one Docker engine, with groups of the same name: neither ever touches the other's containers. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInstallation, type Installation } from './installation.ts';
import { containerIn } from './intruder.ts';
import { until } from './until.ts';

let one: Installation;
let other: Installation;
const startedAt = (container: string) =>
  execFileSync('docker', ['inspect', '--format', '{{.State.StartedAt}} {{.State.Running}}', container], {
    encoding: 'utf8',
  });
const ask = async (installation: Installation) =>
  (await installation.cli('chat', '--once', 'hello')).stdout.trim();

beforeAll(async () => {
  const make = () => createInstallation({ env: { NANOCLAW_SANDBOX: 'docker' } });
  [one, other] = await Promise.all([make(), make()]);
  for (const installation of [one, other]) {
    installation.start();
    await installation.up();
    expect(await ask(installation)).not.toBe('');
  }
});
afterAll(() => Promise.all([one?.stop(), other?.stop()]));

it('an orchestrator that is killed and comes back takes up its own, and leaves the other’s as it was', async () => {
  const [mine, theirs] = [containerIn(one, 'main'), containerIn(other, 'main')];
  expect(mine).not.toBe(theirs);
  const before = startedAt(theirs);
  process.kill(one.pid(), 'SIGKILL');
  await until(
    () => containerIn(one, 'main') !== mine,
    60,
    () => one.output,
  );
  await one.up();
  expect(await ask(one)).not.toBe('');
  expect(startedAt(theirs)).toBe(before);
  expect(await ask(other)).not.toBe('');
});

it('one that is stopped leaves none of its own, and the other’s as it was', async () => {
  const theirs = containerIn(other, 'main');
  const before = startedAt(theirs);
  await one.halt();
  expect(containerIn(one, 'main')).toBe('');
  expect(startedAt(theirs)).toBe(before);
  expect(await ask(other)).not.toBe('');
});
