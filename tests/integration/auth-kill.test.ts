/** A renewal of the sign-in that is killed -9 before each of its steps on disk: the next process goes on, nothing is lost. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Oauth, startOauth } from '../world/sign-in/oauth.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const FAILPOINT = join(CHECKOUT, 'tests/integration/fixtures/kill-at-write.mjs');

let root: string;
let oauth: Oauth;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'nanoclaw-kill-'));
  // A refresh token that was just spent is answered with the same login again for a minute.
  oauth = await startOauth({ graceMs: 60_000 });
});
afterAll(async () => {
  await oauth.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** A home whose login is due. */
function aHome(name: string): string {
  const home = join(root, name);
  mkdirSync(join(home, '.claude'), { recursive: true });
  const claudeAiOauth = { ...oauth.store.issue(), expiresAt: Date.now() };
  writeFileSync(join(home, '.claude', '.credentials.json'), JSON.stringify({ claudeAiOauth }));
  return home;
}

const loginIn = (home: string) =>
  JSON.parse(readFileSync(join(home, '.claude', '.credentials.json'), 'utf8')).claudeAiOauth;

/** @param more what loads the failpoint */
function refresh(home: string, more: Record<string, string> = {}, ...flags: string[]): Promise<string> {
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: home, NANOCLAW_HOME: home },
    ...{ CLAUDE_OAUTH_TOKEN_URL: oauth.tokenUrl, ...more },
  };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(CHECKOUT, 'dist/cli.js'), 'auth', 'refresh', ...flags],
      { env },
      (error) => done(String(error === null ? 0 : (error.signal ?? error.code))),
    );
  });
}

const loaded = { NODE_OPTIONS: `--import ${FAILPOINT}` };

async function stepsOfOne(): Promise<string[]> {
  const home = aHome('whole');
  const counted = join(root, 'steps');
  expect(await refresh(home, { ...loaded, KILL_COUNT: counted })).toBe('0');
  return readFileSync(counted, 'utf8').trim().split('\n');
}

async function killAndGoOn(step: number): Promise<void> {
  const home = aHome(String(step));
  const before = loginIn(home);
  expect([step, await refresh(home, { ...loaded, KILL_AT: String(step) })]).toEqual([step, 'SIGKILL']);
  // Whole at every moment: the old login or the new one.
  const between = loginIn(home);
  expect(between.accessToken === before.accessToken || between.expiresAt > Date.now()).toBe(true);
  expect([step, await refresh(home)]).toEqual([step, '0']);
  const after = loginIn(home);
  expect([step, oauth.store.accessTokens.includes(after.accessToken)]).toEqual([step, true]);
  expect(after.expiresAt).toBeGreaterThan(Date.now());
  // And it is the newest: with it the chain goes on.
  expect(oauth.store.isLive(after.refreshToken)).toBe(true);
  // A lock that was left behind by a renewal that was as good as done keeps nobody from the next.
  if (existsSync(join(home, '.claude', '.oauth_refresh.lock')))
    expect([step, await refresh(home, {}, '--force')]).toEqual([step, '0']);
}

it('Killed before any of its steps, a renewal loses no login, leaves no half file, and no lock that holds', async () => {
  const steps = await stepsOfOne();
  expect(steps).toEqual(expect.arrayContaining(['mkdir', 'open', 'write', 'fsync', 'rename', 'rmdir']));
  const ends = await Promise.allSettled(steps.map((_step, index) => killAndGoOn(index + 1)));
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  process.stdout.write(`killed before each of ${steps.length} steps: ${steps.join(' ')}\n`);
}, 240_000);
