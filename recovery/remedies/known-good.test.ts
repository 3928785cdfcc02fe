import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homePaths } from '../../contracts/paths.ts';
import { FakeSupervisorClock } from '../../tests/fakes/supervisor-clock.ts';
import { KnownGoodEnv, PROVEN_AFTER_MS } from './known-good.ts';

const SOON_MS = 1000;

let home: string;
let clock: FakeSupervisorClock;
let copy: { text: string | null; writes: number };
let knownGood: KnownGoodEnv;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-good-'));
  mkdirSync(join(home, 'supervisor'));
  clock = new FakeSupervisorClock();
  copy = { text: null, writes: 0 };
  const log = { info: () => undefined, warn: (text: string) => expect.fail(text), error: () => undefined };
  const file = {
    read: () => copy.text,
    write: (text: string) => {
      copy = { text, writes: copy.writes + 1 };
    },
  };
  knownGood = new KnownGoodEnv({ paths: homePaths(home), clock, log, copy: file });
});
afterEach(() => rmSync(home, { recursive: true }));

/** Written now, by the real clock of the file system. */
const write = (text: string) => writeFileSync(join(home, '.env'), text);
/** A process that begins after everything written so far. */
const life = (pid: number) => ({ pid, startedAt: Date.now() + SOON_MS });

it('keeps what the service has been healthy with for a while, once', () => {
  write('TZ=Asia/Seoul\n');
  const healthy = life(1);
  knownGood.see(healthy);
  clock.advance(PROVEN_AFTER_MS - 1);
  expect(copy.text).toBeNull();
  clock.advance(1);
  expect(copy.text).toBe('TZ=Asia/Seoul\n');
  knownGood.see(healthy);
  knownGood.see(life(2));
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.writes).toBe(1);
});

it('keeps nothing of a service that did not stay healthy, and begins anew', () => {
  write('TZ=Asia/Seoul\n');
  const healthy = life(1);
  knownGood.see(healthy);
  clock.advance(PROVEN_AFTER_MS - 1);
  knownGood.see(null);
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.text).toBeNull();
  knownGood.see(healthy);
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.text).not.toBeNull();
});

it.each([
  ['an edit', () => write('TZ=Nowhere\n')],
  [
    'a file moved into place with an old date',
    () => {
      write('TZ=Nowhere\n');
      utimesSync(join(home, '.env'), 1, 1);
    },
  ],
])('does not take %s that the running process has not read', (_title, edit) => {
  const startedAt = Date.now() - SOON_MS;
  edit();
  knownGood.see({ pid: 1, startedAt });
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.text).toBeNull();
});

it.each([
  ['a home without .env', null],
  ['a file with lines that are no settings', 'TZ=Asia/Seoul\nxoxb\n'],
])('keeps nothing of %s', (_title, text) => {
  if (text !== null) write(text);
  knownGood.see(life(1));
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.text).toBeNull();
});

it('does nothing after stop', () => {
  write('TZ=Asia/Seoul\n');
  knownGood.see(life(1));
  knownGood.stop();
  knownGood.stop();
  clock.advance(PROVEN_AFTER_MS);
  expect(copy.text).toBeNull();
});
