import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeFolder } from './remove-folder.ts';

let top: string;
let folder: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'nanoclaw-left-'));
  folder = join(top, 'scratch');
  mkdirSync(folder);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

test.each([
  [
    'folders deeper than any path may be',
    'i=0; while [ $i -lt 60 ]; do mkdir "$n"; cd -P "$n"; i=$((i+1)); done; : > f',
  ],
  ['a folder that is closed to its owner', 'mkdir a; : > a/f; chmod 0 a'],
  ['nothing', ':'],
])('%s goes', async (_name, leave) => {
  execFileSync('sh', ['-c', `n=${'d'.repeat(200)}; ${leave}`], { cwd: folder });
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('a link goes, and what it leads to stays', async () => {
  writeFileSync(join(top, 'kept'), '');
  chmodSync(join(top, 'kept'), 0o400);
  symlinkSync(top, join(folder, 'link'));
  await removeFolder(folder);
  expect([existsSync(folder), existsSync(join(top, 'kept'))]).toEqual([false, true]);
});

test('one that is not there is gone already', () =>
  expect(removeFolder(join(top, 'none'))).resolves.toBeUndefined());
