import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNew, openToRead } from './beneath.ts';

let root = '';
let outside = '';

beforeEach(() => {
  const top = mkdtempSync(join(tmpdir(), 'beneath-'));
  root = join(top, 'group');
  outside = join(top, 'secret.txt');
  mkdirSync(join(root, 'deep'), { recursive: true });
  writeFileSync(outside, 'secret');
  writeFileSync(join(root, 'deep', 'note.txt'), 'note');
});
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

async function read(path: string): Promise<string> {
  const file = await openToRead(root, path);
  return file.readFile('utf8').finally(() => file.close());
}

it('reads a file below the folder, however its path is written', async () => {
  expect(await read('deep/note.txt')).toBe('note');
  expect(await read('./deep//note.txt')).toBe('note');
});

it.each(['../secret.txt', 'deep/../../secret.txt', '', '.', '/'])('refuses the path %j', async (path) => {
  await expect(read(path)).rejects.toMatchObject({ code: 'PATH_REFUSED' });
});

it('refuses a link as the file, and as a folder on the way', async () => {
  symlinkSync(outside, join(root, 'link.txt'));
  symlinkSync(join(root, '..'), join(root, 'up'));
  await expect(read('link.txt')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  await expect(read('up/secret.txt')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
});

it('refuses what is no plain file without waiting for it', async () => {
  execFileSync('mkfifo', [join(root, 'pipe')]);
  await expect(read('pipe')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  await expect(read('deep')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
});

it('says that a file is missing as the system says it', async () => {
  await expect(read('none.txt')).rejects.toMatchObject({ code: 'ENOENT' });
});

it('makes a new file and the folders on its way, and never writes through a link', async () => {
  const file = await createNew(root, 'inbox/1/a.txt');
  await file.writeFile('a');
  await file.close();
  expect(readFileSync(join(root, 'inbox/1/a.txt'), 'utf8')).toBe('a');
  await expect(createNew(root, 'inbox/1/a.txt')).rejects.toMatchObject({ code: 'EEXIST' });
  symlinkSync(outside, join(root, 'trap'));
  await expect(createNew(root, 'trap')).rejects.toMatchObject({ code: 'EEXIST' });
  symlinkSync(join(root, '..'), join(root, 'way'));
  await expect(createNew(root, 'way/new.txt')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  expect(readFileSync(outside, 'utf8')).toBe('secret');
});
