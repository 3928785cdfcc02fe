/** container/build.sh as an operator uses it, on a name of its own; what it needs is in the engine's cache. */
import { afterAll, expect, it } from 'vitest';
import { execute } from './container-world.ts';

const IMAGE = `nanoclaw-test-image:${process.pid}`;
const MOST_BYTES = 1e9;

const build = async (...args: string[]) =>
  (await execute('./container/build.sh', args, { env: { ...process.env, CONTAINER_IMAGE: IMAGE } })).stdout;
const inspect = async (format: string) =>
  (await execute('docker', ['image', 'inspect', '--format', format, IMAGE])).stdout.trim();

/** What `find` prints inside, as root. */
const found = async (...args: string[]) =>
  (await execute('docker', ['run', '--rm', '--user', '0', '--entrypoint', 'find', IMAGE, ...args])).stdout;

afterAll(() => execute('docker', ['image', 'rm', '--force', IMAGE]));

it('is built from the cache, is the same when it is built again, and is not built again without need', async () => {
  expect(await build()).toMatch(/is ready: \d+ MB/);
  const first = await inspect('{{.Id}}');
  expect(await build()).toContain('is up to date');
  expect(await build('--force')).toMatch(/is ready: \d+ MB/);
  expect(await inspect('{{.Id}}')).toBe(first);
}, 300_000);

it('weighs no more than a gigabyte, and holds nothing that raises privileges', async () => {
  expect(Number(await inspect('{{.Size}}'))).toBeLessThan(MOST_BYTES);
  expect(await found('/', '-xdev', '-type', 'f', '-perm', '/6000')).toBe('');
});

it('shows the folders that the operator’s documents name', async () => {
  const list = ['run', '-i', '--rm', '--entrypoint', 'ls', IMAGE, '/workspace/'];
  expect((await execute('docker', list)).stdout.split('\n')).toEqual(
    expect.arrayContaining(['extra', 'global', 'group', 'project']),
  );
});

it('bears no time of its making, so that the same input gives the same image', async () => {
  expect(await found('/opt/nanoclaw', '/workspace', '-newermt', '2026-01-01 UTC')).toBe('');
});
