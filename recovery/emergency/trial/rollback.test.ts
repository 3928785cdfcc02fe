/** Whatever a fix changes, and whatever the fixed service does to settings and database: the way back leads back. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Chance } from '../../../tests/simulation/chance.ts';
import type { Change } from './difference.ts';
import { applyChanges, restoreSnapshot, takeSnapshot } from './snapshot.ts';

const SEEDS = process.env.NANOCLAW_PROOF === 'full' ? 300 : 12;
/** Every copy is synced to the disk. */
const LIMIT_MS = 2000 * SEEDS;
const MODES = [0o600, 0o644, 0o755, 0o400];
/** Some of them in folders that may be new. */
const CODE = [
  ...['dist/index.js', 'dist/index/a.js', 'dist/index/b.js', 'dist/runner.js'],
  ...['src/a.ts', 'src/new/b.ts', 'src/new/deeper/c.ts', 'container/runner/d.ts'],
];
/** The last is what a database leaves whose mode was changed. */
const DATABASE = ['', '-wal', '-shm', '-journal'].map((end) => `store/messages.db${end}`);

let top = '';
afterEach(() => rmSync(top, { recursive: true, force: true }));

test(
  `${SEEDS} random fixes, undone, leave tree, settings and database as they were, also after a crash in between`,
  () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      top = mkdtempSync(join(tmpdir(), 'nanoclaw-rollback-'));
      undoRandomFix(new Chance(seed), seed);
      rmSync(top, { recursive: true });
    }
    console.info(`doctor: ${SEEDS} random fixes undone byte for byte`);
  },
  LIMIT_MS,
);

function undoRandomFix(chance: Chance, seed: number): void {
  const live = join(top, 'live');
  const given = [...CODE, '.env', ...DATABASE].filter(() => chance.is(0.6));
  for (const path of given) put(live, path, chance);
  mkdirSync(join(live, 'dist', 'empty'), { recursive: true });
  const before = stateOf(live);
  const paths = { env: join(live, '.env'), database: join(live, 'store/messages.db') };
  const folder = join(top, 'trial');
  const changes = CODE.filter(() => chance.is(0.5)).map((path) => ({ path, content: someContent(chance) }));
  const snapshot = takeSnapshot({ paths, installation: live }, changes, folder);
  applyUntilCrash(live, changes, chance);
  for (const path of ['.env', ...DATABASE].filter(() => chance.is(0.5))) put(live, path, chance);
  if (chance.is(0.3)) rmSync(paths.env, { force: true });
  // A crash on the way back leads to a second one.
  if (chance.is(0.5)) restoreSnapshot(snapshot.slice(0, chance.between(0, snapshot.length)), folder, true);
  restoreSnapshot(snapshot, folder, true);
  expect(stateOf(live), `seed ${seed}`).toEqual(before);
}

/** Null removes the file. */
function someContent(chance: Chance): Buffer | null {
  return chance.is(0.3) ? null : Buffer.from(String(chance.next()));
}

/** All of it, or a part of it and the beginning of the next file. */
function applyUntilCrash(live: string, changes: readonly Change[], chance: Chance): void {
  const applied = changes.slice(0, chance.is(0.6) ? changes.length : chance.between(0, changes.length));
  applyChanges(live, applied);
  const next = changes[applied.length];
  if (next !== undefined) put(live, `${next.path}.fix`, chance);
}

function put(live: string, path: string, chance: Chance): void {
  const target = join(live, path);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  writeFileSync(target, String(chance.next()));
  chmodSync(target, chance.pick(MODES));
}

/** Path → mode, owner and content; folders too. */
function stateOf(live: string): Record<string, string> {
  const names = readdirSync(live, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(names.map((name) => [name, describe(join(live, name))]));
}

function describe(path: string): string {
  const { mode, uid, gid } = lstatSync(path);
  const content = lstatSync(path).isFile() ? readFileSync(path, 'hex') : 'folder';
  return `${mode.toString(8)} ${uid}:${gid} ${content}`;
}
