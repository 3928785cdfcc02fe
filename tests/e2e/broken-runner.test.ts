/**
 * The program that runs in every agent's container is damaged: told apart, said plainly, not started for ever, and built
 * anew by the supervisor.
 */
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { copyPrograms } from './own-programs.ts';
import { until } from './until.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** What builds the image is no part of this: the one there is everybody's. */
const writeBuild = (script: string) =>
  writeFileSync(join(installation.home, 'checkout', 'container', 'build.sh'), script);
const DAMAGED = /ends as soon as it starts.*build\.sh --force/;

let world: World;
let installation: Installation;
let runner: string;
const results = () => installation.metrics('container').map(({ result }) => result);
const program = async () =>
  (await installation.status())?.service.readiness?.components.find(({ name }) => name === 'agent-program');

beforeAll(async () => {
  world = await startWorld();
  // DEV_MOUNT: the containers run the runner of the checkout, which is a copy here and may be damaged.
  const env = { NANOCLAW_SANDBOX: 'docker', DEV_MOUNT: 'true' };
  // No session: its turn is another test's.
  installation = await createInstallation({ world, env, policy: { emergency: { perDay: 0 } } });
  installation.programs = copyPrograms(DIST, join(installation.home, 'checkout'));
  runner = join(installation.home, 'checkout', 'dist', 'runner.js');
  truncateSync(runner, 20_000);
  writeBuild('echo no network >&2; exit 3');
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
  await world?.stop();
});

it.each([
  ['cut off', () => truncateSync(runner, 20_000)],
  ['empty', () => writeFileSync(runner, '')],
  ['another program', () => writeFileSync(runner, 'process.exit(3);\n')],
])('%s: the chat is told what to do after the second try', async (_how, damage) => {
  const before = results().filter((result) => result === 'broken_runner').length;
  damage();
  const { stdout } = await installation.cli('chat', '--once', '@폴 are you there?');
  expect(stdout).toMatch(DAMAGED);
  // Two tries of the turn, and at most one ahead of it.
  const broken = results().filter((result) => result === 'broken_runner').length - before;
  expect(broken).toBeGreaterThanOrEqual(2);
  expect(broken).toBeLessThanOrEqual(3);
});

it('the operator sees it too, the service is left alone, and a person is called when the build fails', async () => {
  const seen = await until(
    async () => ((await program())?.state === 'failed' ? program() : null),
    60,
    () => installation.output,
  );
  expect(seen?.reason).toMatch(/their program is damaged.*container\/build\.sh --force/);
  expect((await installation.cli('health', '--verbose')).stdout).toContain('their program is damaged');
  const [incident] = await until(
    async () => {
      const paged = (await installation.incidents()).filter(({ pages }) => pages > 0);
      return paged.length > 0 ? paged : null;
    },
    60,
    () => installation.output,
  );
  expect(incident).toMatchObject({ cause: 'runner_broken', state: 'open', tier: 2 });
  expect(await installation.incidents()).toHaveLength(1);
});

it('works again as soon as the program is mended', async () => {
  copyFileSync(join(DIST, 'runner.js'), runner);
  const { stdout } = await installation.cli('chat', '--once', '@폴 and now?');
  expect(stdout).not.toContain('⚠️');
  await until(
    async () => (await program())?.state === 'ok',
    60,
    () => installation.output,
  );
});
