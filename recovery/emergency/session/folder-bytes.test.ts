import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderBytes } from './folder-bytes.ts';

const ENOUGH = 1_000_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-bytes-'));
});
// Node removes nothing whose path is too long.
afterEach(() => execFileSync('rm', ['-rf', folder]));

test('files count with their size, wherever they lie, and links with their own', () => {
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'large'), '');
  truncateSync(join(folder, 'a', 'large'), 500_000);
  symlinkSync('/usr', join(folder, 'link'));
  expect(folderBytes(folder, ENOUGH)).toBe(4096 + 500_000 + 4096);
});

test('many empty files are no empty folder', () => {
  for (let number = 0; number < 300; number += 1) writeFileSync(join(folder, String(number)), '');
  expect(folderBytes(folder, ENOUGH)).toBeGreaterThan(ENOUGH);
});

test('what lies deeper than any path may be counts as too much', () => {
  const home = process.cwd();
  process.chdir(folder);
  try {
    const name = 'd'.repeat(200);
    for (let level = 0; level < 30; level += 1) {
      mkdirSync(name);
      process.chdir(name);
    }
  } finally {
    process.chdir(home);
  }
  expect(folderBytes(folder, ENOUGH)).toBeGreaterThan(ENOUGH);
});

test('a folder that has just gone takes nothing', () => {
  expect(folderBytes(join(folder, 'gone'), ENOUGH)).toBe(0);
});
