import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FILE_LIMIT } from './limits.ts';
import { createOutgoingFiles } from './outgoing.ts';

let top = '';
let group = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'outgoing-'));
  group = join(top, 'group');
  mkdirSync(group);
  writeFileSync(join(group, 'plan.md'), 'first');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));
const files = () => createOutgoingFiles(join(top, 'spool'));

it.each(['plan.md', '/workspace/group/plan.md', './plan.md'])(
  'sends %s as it is at that moment',
  async (path) => {
    const sent = await files().take(group, path, 't1.abc');
    writeFileSync(join(group, 'plan.md'), 'changed');
    expect({ ...sent, text: readFileSync(sent.path, 'utf8') }).toMatchObject({
      ...{ name: 'plan.md', bytes: 5, text: 'first' },
    });
  },
);

it.each([
  ['/etc/passwd', 'only files below /workspace/group can be sent'],
  ['/workspace/group/../../etc/passwd', 'is no file in this folder'],
  ['none.md', 'there is no file "none.md"'],
  ['link', 'leads over a link'],
  ['big', 'is larger than 25 MB'],
])('refuses %s', async (path, reason) => {
  symlinkSync('/etc/passwd', join(group, 'link'));
  writeFileSync(join(group, 'big'), Buffer.alloc(FILE_LIMIT + 1));
  await expect(files().take(group, path, 't1.abc')).rejects.toThrow(reason);
});

it('forgets a file when its reply is settled, and at start what belongs to none', async () => {
  const kept = await files().take(group, 'plan.md', 't1.aaa');
  const settled = await files().take(group, 'plan.md', 't1.bbb');
  const orphan = await files().take(group, 'plan.md', 't1.ccc');
  await files().drop('t1.bbb');
  await files().sweep(['t1.aaa']);
  expect([kept, settled, orphan].map(({ path }) => existsSync(path))).toEqual([true, false, false]);
});
