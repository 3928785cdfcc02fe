import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeployWindow } from './deploy-window.ts';

const path = join(mkdtempSync(join(tmpdir(), 'nanoclaw-window-')), 'deploy-window.json');

test.each([
  ['{"until": 1750000000000}', 1_750_000_000_000],
  ['{"until": "soon"}', null],
  ['{"unt', null],
])('a file holding %s opens a window until %s', (text, until) => {
  writeFileSync(path, text);
  expect(readDeployWindow(path)).toBe(until);
});

test('without a file there is no window', () => {
  expect(readDeployWindow(`${path}.none`)).toBeNull();
});
