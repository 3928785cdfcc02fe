import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { startThreads, type Threads } from '../../tests/world/sign-in/threads.ts';
import { ThreadsGraph } from './graph.ts';
import { ThreadsTokens } from './tokens.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
let clock: FakeClock;
let threads: Threads;
let folder: string;
let lines: string[];
beforeEach(async () => {
  clock = new FakeClock();
  threads = await startThreads({ clock });
  folder = mkdtempSync(join(tmpdir(), 'nanoclaw-threads-'));
  lines = [];
});
afterEach(async () => {
  await threads.stop();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const stateNow = () => JSON.parse(readFileSync(at('state.json'), 'utf8'));
const envNow = () => readFileSync(at('.env'), 'utf8');
const putEnv = (token: string) =>
  writeFileSync(at('.env'), `A=1\nTHREADS_ACCESS_TOKEN=${token}  # 60 days\n`);
/** As a process would build it, with the token that `.env` holds. */
function start(graph?: Pick<ThreadsGraph, 'renew'>): ThreadsTokens {
  return new ThreadsTokens({
    graph: graph ?? new ThreadsGraph({ baseUrl: threads.url, now: clock.now }),
    ...{ statePath: at('state.json'), envPath: at('.env'), clock },
    envToken: /THREADS_ACCESS_TOKEN=(\S+)/.exec(envNow())?.[1],
    log: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    onRecord: () => undefined,
  });
}

/** A token that was renewed or granted today and lasts 60 days from now. */
async function settled(): Promise<{ tokens: ThreadsTokens; token: string }> {
  putEnv(threads.store.issue(true));
  const tokens = start();
  clock.advance(DAY);
  await tokens.refreshDue(clock.now());
  return { tokens, token: tokens.current() ?? '' };
}

describe('the Threads token', () => {
  it('put into .env by hand is renewed after a day, which tells how long it lasts', async () => {
    const { token } = await settled();
    expect(threads.store.renewed).toBe(1);
    expect(stateNow()).toMatchObject({
      accessToken: token,
      expiresAt: clock.now() + 60 * DAY,
      lastRefreshAt: clock.now(),
    });
    expect(envNow()).toBe(`A=1\nTHREADS_ACCESS_TOKEN=${token}  # 60 days\n`);
    expect(statSync(at('state.json')).mode & 0o777).toBe(0o600);
    expect(lines.join('')).not.toContain(token);
  });

  it('is renewed seven days before it ends, once, and not sooner', async () => {
    const { tokens, token } = await settled();
    clock.advance(53 * DAY - 1);
    await tokens.refreshDue(clock.now());
    expect(tokens.current()).toBe(token);
    clock.advance(1);
    await Promise.all([tokens.refreshDue(clock.now()), tokens.refreshDue(clock.now())]);
    expect([threads.store.renewed, stateNow().accessToken === token]).toEqual([2, false]);
  });

  it('works on while renewals fail, is tried again after an hour, two, four, and says so', async () => {
    const { tokens, token } = await settled();
    await threads.misbehave({ kind: 'status', status: 500 });
    clock.advance(53 * DAY);
    await tokens.refreshDue(clock.now());
    expect([tokens.current(), tokens.health().code]).toEqual([token, 'threads_refresh_failing']);
    expect(tokens.health().signal).toBeUndefined();
    for (const hours of [1, 2, 4]) {
      expect(((tokens.nextAt() ?? 0) - clock.now()) / HOUR).toBe(hours);
      clock.advance(hours * HOUR);
      await tokens.refreshDue(clock.now());
    }
    clock.advance(4 * DAY);
    await tokens.refreshDue(clock.now());
    expect(tokens.health()).toMatchObject({ state: 'degraded', signal: 'side_sign_in_needed' });
    await threads.misbehave({ kind: 'none' });
    clock.advance(DAY);
    await tokens.refreshDue(clock.now());
    expect(tokens.health().code).toBe('ok');
  });

  describe('with a clock that was set', () => {
    const granted = () => ({
      ...{ kind: 'granted' as const, accessToken: 'next', userId: null },
      expiresAt: clock.now() + 60 * DAY,
    });
    const put = (since: number) => {
      putEnv('mine');
      const state = { accessToken: 'mine', expiresAt: since + 60 * DAY, lastRefreshAt: since };
      writeFileSync(at('state.json'), JSON.stringify(state));
    };

    it('a year back since it came is renewed after a day: its times say nothing any more', async () => {
      put(clock.now() + 365 * DAY);
      const tokens = start({ renew: async () => granted() });
      await tokens.refreshDue(clock.now());
      expect(tokens.current()).toBe('mine');
      clock.advance(DAY);
      await tokens.refreshDue(clock.now());
      expect(tokens.current()).toBe('next');
      expect(stateNow().expiresAt).toBe(clock.now() + 60 * DAY);
    });

    it('back after a failure is tried again an hour from then', async () => {
      put(clock.now());
      const ends = [{ kind: 'failed' as const, reason: 'HTTP 500' }];
      const tokens = start({ renew: async () => ends.pop() ?? granted() });
      clock.set(365 * DAY);
      await tokens.refreshDue(clock.now());
      clock.set(-312 * DAY);
      await tokens.refreshDue(clock.now());
      expect(tokens.current()).toBe('mine');
      clock.advance(HOUR);
      await tokens.refreshDue(clock.now());
      expect([tokens.current(), tokens.health().code]).toEqual(['next', 'ok']);
    });
  });

  it('that is dead is handed to nobody, asked for no more, and pages until somebody signs in again', async () => {
    const { tokens, token } = await settled();
    threads.store.revoke(token);
    clock.advance(53 * DAY);
    await tokens.refreshDue(clock.now());
    expect([tokens.current(), tokens.nextAt()]).toEqual([null, null]);
    expect(tokens.health()).toMatchObject({
      ...{ code: 'threads_signed_out', state: 'failed', required: false },
      signal: 'side_sign_in_needed',
    });
    const fresh = threads.store.issue(true);
    const state = { accessToken: fresh, expiresAt: clock.now() + 60 * DAY, lastRefreshAt: clock.now() };
    writeFileSync(at('state.json'), JSON.stringify(state));
    expect([tokens.current(), tokens.health().code]).toEqual([fresh, 'ok']);
  });

  it('is the renewed one when the process died before .env was written, and .env is put right', async () => {
    const { token } = await settled();
    const former = `former${token}`;
    writeFileSync(at('state.json'), JSON.stringify({ ...stateNow(), replaced: [] }));
    putEnv(former);
    start(); // a token nobody knows: a person's
    expect(stateNow().accessToken).toBe(former);
    clock.advance(DAY);
    const renewed = { kind: 'granted' as const, accessToken: 'next', expiresAt: null, userId: null };
    await start({ renew: async () => renewed }).refreshDue(clock.now());
    putEnv(former); // as if it had died between the two files
    expect(start().current()).toBe('next');
    expect(envNow()).toContain('THREADS_ACCESS_TOKEN=next  # 60 days');
  });

  it('signed in anew while a renewal is under way is kept', async () => {
    const { token } = await settled();
    clock.advance(53 * DAY);
    const mine = { accessToken: 'by-hand', expiresAt: clock.now() + 60 * DAY, lastRefreshAt: clock.now() };
    const tokens = start({
      async renew() {
        writeFileSync(at('state.json'), JSON.stringify(mine));
        return { kind: 'granted', accessToken: 'late', expiresAt: null, userId: null };
      },
    });
    await tokens.refreshDue(clock.now());
    expect([tokens.current(), token === 'by-hand']).toEqual(['by-hand', false]);
  });

  it('is off when there is none', () => {
    writeFileSync(at('.env'), 'A=1\n');
    expect(start().health()).toMatchObject({ state: 'off', required: false });
  });
});
