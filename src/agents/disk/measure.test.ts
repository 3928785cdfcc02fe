import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sizeOf, spaceOf } from './measure.ts';

const MB = 1024 ** 2;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nc-size-'));
  for (const name of ['a', 'b']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const both = () => sizeOf([join(folder, 'a'), join(folder, 'b')]);

it('adds up what several folders take, and follows no link out of them', async () => {
  const { bytes: empty } = await both();
  writeFileSync(join(folder, 'a', 'x'), Buffer.alloc(MB, 1));
  writeFileSync(join(folder, 'b', 'y'), Buffer.alloc(2 * MB, 1));
  symlinkSync('/usr', join(folder, 'b', 'usr'));
  const { bytes, isWhole } = await both();
  expect(bytes - empty).toBeGreaterThanOrEqual(3 * MB);
  expect(bytes - empty).toBeLessThan(4 * MB);
  expect(isWhole).toBe(true);
});

it('counts what is there when one of the folders is missing, and says so when all are', async () => {
  rmSync(join(folder, 'b'), { recursive: true });
  expect((await both()).isWhole).toBe(true);
  rmSync(join(folder, 'a'), { recursive: true });
  await expect(both()).rejects.toMatchObject({ code: 'DISK_MEASURE' });
});

it('tells what a disk has left', async () => {
  const space = await spaceOf(folder);
  expect(space.free).toBeGreaterThan(0);
  expect(space.total).toBeGreaterThanOrEqual(space.free);
  await expect(spaceOf(join(folder, 'none'))).rejects.toMatchObject({ code: 'DISK_MEASURE' });
});
