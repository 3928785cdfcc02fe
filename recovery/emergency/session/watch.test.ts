import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homePaths } from '../../../contracts/paths.ts';
import { placesOf } from './places.ts';
import { Transcript } from './transcript.ts';
import { readEnd } from './watch.ts';

const PLACES = placesOf(homePaths('/nowhere'), {
  ...{ incident: '', number: 1, leg: 1, sandbox: 'bubblewrap' },
});
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-end-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('of what it complained of, only the end is read, however much it was', () => {
  const errors = join(folder, 'errors');
  const end = () => readEnd({ ...PLACES, errors }, new Transcript(join(folder, 'none'))).errors;
  expect(end()).toBe('');
  writeFileSync(errors, 'short');
  expect(end()).toBe('short');
  truncateSync(errors, 3 * 1024 ** 3);
  appendFileSync(errors, 'the last words');
  expect(end()).toMatch(/the last words$/);
  expect(end()).toHaveLength(2000);
});
