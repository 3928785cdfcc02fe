import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installSkills } from './skills.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'skills-'));
  for (const name of ['from/browser', 'from/plain', 'to/own', 'to/plain', 'bin'])
    mkdirSync(join(root, name), { recursive: true });
  for (const file of [
    'from/browser/SKILL.md',
    'from/plain/SKILL.md',
    'to/own/SKILL.md',
    'to/plain/dropped.md',
  ])
    writeFileSync(join(root, file), file);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (path: string) => join(root, path);
const install = () => installSkills({ from: at('from'), to: at('to'), path: `/nowhere:${at('bin')}` });

it('brings its own up to date and leaves the group’s alone', async () => {
  expect(await install()).toEqual(['plain']);
  expect(
    ['to/plain/SKILL.md', 'to/own/SKILL.md', 'to/plain/dropped.md'].map((path) => existsSync(at(path))),
  ).toEqual([true, true, false]);
});

it('brings a skill only while its program is installed', async () => {
  writeFileSync(at('bin/chromium'), '');
  chmodSync(at('bin/chromium'), 0o755);
  expect((await install()).sort()).toEqual(['browser', 'plain']);
  rmSync(at('bin/chromium'));
  await install();
  expect(existsSync(at('to/browser'))).toBe(false);
});

it('is content with none', async () => {
  expect(await installSkills({ from: at('nothing'), to: at('to'), path: '' })).toEqual([]);
});
