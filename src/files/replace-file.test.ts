import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openReplacement, replaceFile } from './replace-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-replace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

it('puts the new text in place, closed to others, and leaves nothing beside it', () => {
  writeFileSync(at('secret'), 'old', { mode: 0o644 });
  replaceFile(at('secret'), 'new');
  expect(readFileSync(at('secret'), 'utf8')).toBe('new');
  expect(statSync(at('secret')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secret']);
});

it('keeps the old text while the new one is not committed, and gives the room back', () => {
  writeFileSync(at('secret'), 'old');
  const replacement = openReplacement(at('secret'));
  expect(readdirSync(folder)).toHaveLength(2);
  replacement.discard();
  replacement.discard();
  expect([readdirSync(folder), readFileSync(at('secret'), 'utf8')]).toEqual([['secret'], 'old']);
});

it('removes what killed processes left long ago, and not what another one is at work on', () => {
  for (const name of ['secret.1.new', 'secret.2.new', 'secret.old.new', 'other.1.new'])
    writeFileSync(at(name), '');
  for (const name of ['secret.1.new', 'secret.old.new', 'other.1.new']) utimesSync(at(name), 1, 1);
  replaceFile(at('secret'), 'new');
  expect(readdirSync(folder)).toEqual(['other.1.new', 'secret', 'secret.2.new', 'secret.old.new']);
});
