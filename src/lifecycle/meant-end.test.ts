import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homePaths } from '../../contracts/paths.ts';
import { markMeantEnd } from './meant-end.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-end-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('leaves an empty file by the name of the life, in a home that has nothing yet, and does no harm twice', () => {
  const path = homePaths(home).meantEnd('life-1');
  markMeantEnd(path);
  markMeantEnd(path);
  expect(statSync(path)).toMatchObject({ size: 0 });
});

it('says so when it cannot', () => {
  const { data, meantEnd } = homePaths(home);
  writeFileSync(data, 'a file in the place of the folder');
  expect(() => markMeantEnd(meantEnd('life-1'))).toThrow('EEXIST');
});
