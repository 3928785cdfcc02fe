import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFix, storeFix, toStored } from './stored-fix.ts';

let folder: string;
let live: Record<string, string>;
const pathOf = (id: string) => join(folder, 'fixes', `${id}.json`);
const digestOf = (path: string) => live[path] ?? null;
const changes = [
  { path: 'dist/index/new.js', content: Buffer.from('new') },
  { path: 'dist/index.js', content: Buffer.from('sound') },
  { path: 'dist/index/bad.js', content: null },
];

function store(): string {
  const stored = toStored(changes, digestOf);
  if (stored === null) throw new Error('too large');
  return storeFix(pathOf, stored);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-fixes-'));
  live = { 'dist/index.js': 'd1', 'dist/index/bad.js': 'd2' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the same change of the same files has the same name, and comes back as it was', () => {
  const id = store();
  expect(store()).toBe(id);
  const read = readFix(pathOf(id), id, digestOf);
  expect(read).toHaveLength(3);
  expect(read).toEqual(expect.arrayContaining(changes));
});

test.each([
  ['a file is another one by now', () => (live['dist/index.js'] = 'd9')],
  ['a new file is there already', () => (live['dist/index/new.js'] = 'd9')],
])('it fits nothing else: %s', (_name, change) => {
  const id = store();
  change();
  expect(readFix(pathOf(id), id, digestOf)).toBeNull();
});

test.each([
  ['altered', (text: string) => text.replace(Buffer.from('sound').toString('base64'), 'aGFybQ==')],
  ['torn', (text: string) => text.slice(0, -5)],
  ['pointed elsewhere', (text: string) => text.replace('dist/index.js', 'dist/supervisor.js')],
])('one that was %s is none', (_name, spoil) => {
  const id = store();
  writeFileSync(pathOf(id), spoil(readFileSync(pathOf(id), 'utf8')));
  expect(readFix(pathOf(id), id, digestOf)).toBeNull();
});

test('one that is larger than a repair is not kept', () => {
  expect(toStored([{ path: 'dist/index.js', content: Buffer.alloc(5_000_000) }], digestOf)).toBeNull();
});
