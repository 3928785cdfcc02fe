/** The copy, its difference, the snapshot and the way back, on real folders. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyProject, type Manifest } from './copy-project.ts';
import { findDifference } from './difference.ts';
import { applyChanges, LinkInTheWayError, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { describeTry } from './try-record.ts';

let top: string;
let live: string;
let copy: string;
let manifest: Manifest;

beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'nanoclaw-trial-'));
  live = join(top, 'live');
  copy = join(top, 'copy');
  write(join(live, 'dist/index.js'), 'old');
  write(join(live, 'dist/index/a.js'), 'a');
  write(join(live, 'dist/supervisor.js'), 'mine');
  write(join(live, '.env'), 'TOKEN=secret');
  write(join(live, 'store/messages.db'), 'rows');
  manifest = await copyProject({ from: live, to: copy, uid: 1 });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function reasonOf(): string {
  const difference = findDifference(copy, manifest);
  return difference.kind === 'refused' ? difference.reason : 'accepted';
}

test('the copy holds the programs, and neither settings nor state nor the supervisor', () => {
  expect(readdirSync(copy)).toEqual(['dist']);
  expect(Object.keys(manifest)).toEqual(['dist/index.js', 'dist/index/a.js']);
});

test('a changed, a new and a removed file are the difference', () => {
  write(join(copy, 'dist/index.js'), 'new');
  write(join(copy, 'dist/index/b.js'), 'b');
  rmSync(join(copy, 'dist/index/a.js'));
  expect(findDifference(copy, manifest)).toEqual({
    kind: 'changes',
    changes: [
      { path: 'dist/index/b.js', content: Buffer.from('b') },
      { path: 'dist/index.js', content: Buffer.from('new') },
      { path: 'dist/index/a.js', content: null },
    ],
  });
});

test('an unchanged copy is nothing to try', () => {
  expect(reasonOf()).toMatch(/unchanged/);
});

test.each([
  ['a link to a file', () => symlinkSync('/etc/passwd', join(copy, 'dist/index/x.js'))],
  ['a link to a folder', () => symlinkSync('/etc', join(copy, 'src'))],
  ['a second name of a file', () => linkSync(join(live, '.env'), join(copy, 'dist/index/x.js'))],
])('%s refuses the whole fix', (_name, plant) => {
  write(join(copy, 'dist/index.js'), 'new');
  plant();
  expect(reasonOf()).toMatch(/link or a special file/);
});

test('folders without end refuse the whole fix', () => {
  mkdirSync(join(copy, 'src', ...Array.from({ length: 60 }, () => 'd')), { recursive: true });
  expect(reasonOf()).toMatch(/is too deep/);
});

test('one file outside the list refuses the whole fix', () => {
  write(join(copy, 'dist/index.js'), 'new');
  write(join(copy, 'supervisor/main.ts'), 'harm');
  expect(reasonOf()).toBe('supervisor/main.ts is not yours to change');
});

test('a snapshot brings back code, settings and database byte for byte, also when it is put back twice', () => {
  const paths = { env: join(live, '.env'), database: join(live, 'store/messages.db') };
  const folder = join(top, 'trial');
  const changes = [
    { path: 'dist/index.js', content: Buffer.from('new') },
    { path: 'dist/index/b.js', content: Buffer.from('b') },
    { path: 'dist/index/a.js', content: null },
  ];
  const snapshot = takeSnapshot({ paths, installation: live }, changes, folder);
  const mode = statSync(join(live, 'dist/index.js')).mode;
  applyChanges(live, changes);
  expect(readFileSync(join(live, 'dist/index.js'), 'utf8')).toBe('new');
  expect(statSync(join(live, 'dist/index.js')).mode).toBe(mode);
  write(paths.database, 'migrated badly');
  write(`${paths.database}-wal`, 'half');
  for (const _ of [1, 2]) restoreSnapshot(snapshot, folder, true);
  expect(readFileSync(join(live, 'dist/index.js'), 'utf8')).toBe('old');
  expect(readFileSync(paths.database, 'utf8')).toBe('rows');
  expect(readdirSync(join(live, 'store'))).toEqual(['messages.db']);
  expect(readdirSync(join(live, 'dist/index'))).toEqual(['a.js']);
  const aside = readdirSync(join(folder, 'after')).map((name) =>
    readFileSync(join(folder, 'after', name), 'utf8'),
  );
  expect(aside).toContain('migrated badly');
});

test('a database that first came with the try is kept aside whole, and its folder is gone', () => {
  rmSync(join(live, 'store'), { recursive: true });
  const paths = { env: join(live, '.env'), database: join(live, 'store/messages.db') };
  const folder = join(top, 'trial');
  const snapshot = takeSnapshot({ paths, installation: live }, [], folder);
  write(paths.database, 'new rows');
  write(`${paths.database}-wal`, 'newer rows');
  write(join(live, '.env.fix'), 'a person’s own');
  restoreSnapshot(snapshot, folder, true);
  expect(readdirSync(live).sort()).toEqual(['.env', '.env.fix', 'dist']);
  const aside = readdirSync(join(folder, 'after')).map((name) =>
    readFileSync(join(folder, 'after', name), 'utf8'),
  );
  expect(aside).toEqual(expect.arrayContaining(['new rows', 'newer rows']));
});

test('a database that is in use is left alone', () => {
  const paths = { env: join(live, '.env'), database: join(live, 'store/messages.db') };
  const snapshot = takeSnapshot({ paths, installation: live }, [], join(top, 'trial'));
  write(paths.database, 'newer');
  write(paths.env, 'TOKEN=other');
  restoreSnapshot(snapshot, join(top, 'trial'), false);
  expect(readFileSync(paths.database, 'utf8')).toBe('newer');
  expect(readFileSync(paths.env, 'utf8')).toBe('TOKEN=secret');
});

test('a fix is not taken through a link in the live tree', () => {
  symlinkSync(top, join(live, 'src'));
  const change = [{ path: 'src/x.ts', content: Buffer.from('x') }];
  expect(() => applyChanges(live, change)).toThrow(LinkInTheWayError);
});

test('more folders than any repair has refuse the fix before they hold up who looks', () => {
  for (let number = 0; number < 30; number += 1) mkdirSync(join(copy, 'dist', String(number)));
  expect(findDifference(copy, manifest, 20)).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/holds too much/),
  });
  expect(findDifference(copy, manifest, 40)).toMatchObject({ reason: expect.stringMatching(/unchanged/) });
});

test('of a try, every file it changes is named, however many', () => {
  const changes = Array.from({ length: 9 }, (_, index) => ({
    path: `src/${index}.ts`,
    content: Buffer.from('x'),
  }));
  const { files } = describeTry(1, changes, live);
  expect(files.map(({ path }) => path)).toEqual(changes.map(({ path }) => path));
});
