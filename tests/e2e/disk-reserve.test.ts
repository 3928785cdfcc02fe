/**
 * An agent that takes what its host keeps for itself, on a disk of its own that is really small: the agent is ended, the
 * service stays, people are told, and everything goes on when there is room again.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mountSmallHome } from '../drills/small-disk.ts';
import { run, type Scene, setScene } from './intruder.ts';
import { until } from './until.ts';

const MB = 1024 ** 2;
const DISK_MB = 2048;
/** What the judge of the disk keeps of a disk of this size. */
const RESERVE_MB = DISK_MB / 20;

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });
const ends: Array<() => unknown> = [];
let scene: Scene;
let pid: number;
const results = (metric: string) => scene.installation.metrics(metric).map(({ result }) => result);
const ballast = () => join(scene.installation.home, 'ballast');
/** Leaves so much of the disk, whatever is on it. */
const leave = (mb: number) => {
  const line = execFileSync('df', ['-BM', '--output=avail', scene.installation.home], { encoding: 'utf8' });
  const free = Number(/(\d+)M/.exec(line)?.[1]);
  const file = `${ballast()}-${free}`;
  execFileSync('fallocate', ['-l', String(Math.round(free - mb) * MB), file]);
};

beforeAll(async () => {
  scene = await setScene({}, ({ home }) =>
    mountSmallHome({ home, atEnd: (end) => ends.push(end) }, DISK_MB * MB),
  );
  pid = scene.installation.pid();
  await run(scene, 'echo warm', 'main');
});
afterAll(async () => {
  await scene?.installation.halt();
  for (const end of ends) end();
  await scene?.stop();
});

it('ends the agent that writes, though it is within its own limit, before the service has no room', async () => {
  leave(RESERVE_MB + 120);
  const fill = 'for n in $(seq 200); do dd if=/dev/zero of=fill$n bs=1M count=2 2>/dev/null; sleep 0.2; done';
  await run(scene, fill, 'main');
  expect(results('disk')).toContain('reserve');
  expect(results('container')).toContain('disk_low');
  const free = execFileSync('df', ['-BM', '--output=avail', scene.installation.home], { encoding: 'utf8' });
  expect(Number(/(\d+)M/.exec(free)?.[1])).toBeGreaterThan(0);
  expect(scene.installation.pid()).toBe(pid);
});

it('starts nobody while half of the reserve is gone, says so, and stays well', async () => {
  leave(RESERVE_MB / 4);
  const asked = scene.installation.cli('chat', '--once', 'anybody?', '--chat', 'main');
  await until(
    () => results('disk').includes('refused_for_reserve'),
    200,
    () => scene.installation.output,
  );
  const status = await until(
    async () => {
      const found = await scene.installation.status();
      return found?.signals.some(({ code }) => code === 'disk_low' || code === 'disk_full') ? found : null;
    },
    200,
    () => scene.installation.output,
  );
  expect(status.signals.map(({ detail }) => detail).join()).toMatch(/MiB free of 2048 MiB/);
  expect(status.service.state).toBe('up');
  execFileSync('sh', ['-c', `rm -f ${ballast()}* ${scene.installation.paths.group('main')}/fill*`]);
  expect((await asked).stdout).not.toMatch(/^$|⚠️/);
  expect(scene.installation.pid()).toBe(pid);
});

it('is as before when there is room again', async () => {
  expect(await run(scene, 'echo writes > note; cat note', 'main')).toContain('writes');
  rmSync(join(scene.installation.paths.group('main'), 'note'));
  expect((await scene.installation.incidents()).filter(({ tier }) => tier === 1)).toEqual([]);
});
