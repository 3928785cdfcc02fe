import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { Fixture, KEY } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let clock: FakeClock;
let f: Fixture;
beforeEach(async () => {
  clock = new FakeClock();
  f = await Fixture.create({}, clock);
});
afterEach(() => f.close());

describe('the sign-in', () => {
  it('uses the subscription, renews it in time, and says so in the documented words', async () => {
    const login = f.signIn();
    const signIn = f.start(KEY);
    expect(await signIn.ready()).toMatchObject({ kind: 'oauth', value: login.accessToken });
    clock.advance(8 * HOUR - 5 * MINUTE);
    await signIn.refreshDue();
    expect(await signIn.ready()).toMatchObject({ value: f.oauth.store.accessTokens.at(-1) });
    expect(f.records).toEqual([{ result: 'granted' }]);
    expect(f.lines.join('')).toContain('Auth: using Pro subscription OAuth token');
  });

  it('never writes a secret into its state or its log', async () => {
    const login = f.signIn();
    const signIn = f.start(KEY);
    signIn.answered(await signIn.ready(), 401, null);
    await signIn.refreshDue();
    const told = f.lines.join('') + readFileSync(f.statePath, 'utf8');
    for (const secret of [login.accessToken, login.refreshToken, KEY, ...f.oauth.store.accessTokens])
      expect(told).not.toContain(secret);
  });

  it('keeps the old token while it is valid when renewals fail, then takes the key, then comes back', async () => {
    f.signIn();
    await f.oauth.misbehave({ kind: 'status', status: 500 });
    const signIn = f.start(KEY);
    clock.advance(8 * HOUR - 5 * MINUTE);
    await signIn.refreshDue();
    expect([signIn.current().kind, signIn.health().code]).toEqual(['oauth', 'refresh_failing']);
    clock.advance(5 * MINUTE);
    await signIn.refreshDue();
    expect([signIn.current(), signIn.health().code]).toEqual([
      { kind: 'api_key', value: KEY },
      'on_fallback',
    ]);
    expect(f.lines.join('')).toContain('Auth: using fallback prepaid API key');
    await f.oauth.misbehave({ kind: 'none' });
    clock.advance(10 * MINUTE);
    await signIn.refreshDue();
    expect([signIn.current().kind, signIn.health().code]).toEqual(['oauth', 'subscription']);
  });

  it('is signed out by invalid_grant, stays so over restarts without asking again, and ends with a new login', async () => {
    const login = f.signIn();
    f.oauth.store.revoke(login.refreshToken);
    const first = f.start();
    clock.advance(8 * HOUR);
    expect(await first.ready()).toEqual({ kind: 'expired' });
    for (let restarts = 0; restarts < 3; restarts += 1) {
      const next = f.start();
      clock.advance(HOUR);
      await next.refreshDue();
      expect(next.health()).toMatchObject({ code: 'signed_out', state: 'failed', required: false });
    }
    expect(f.oauth.attempts).toHaveLength(1);
    const anew = f.signIn();
    expect(await f.start().ready()).toMatchObject({ kind: 'oauth', value: anew.accessToken });
  });

  it('lets a request wait for the renewal of an expired token instead of spending the key', async () => {
    f.signIn();
    const signIn = f.start(KEY);
    clock.advance(9 * HOUR);
    expect(await signIn.ready()).toMatchObject({ kind: 'oauth', value: f.oauth.store.accessTokens.at(-1) });
  });

  it('renews once for any number of 401s to the same token, and rests when the new one is refused too', async () => {
    f.signIn();
    const signIn = f.start(KEY);
    const used = await signIn.ready();
    for (let answers = 0; answers < 5; answers += 1) signIn.answered(used, 401, null);
    await signIn.refreshDue();
    expect(f.oauth.attempts).toHaveLength(1);
    signIn.answered(used, 401, null); // a late answer to the old token
    expect(signIn.current().kind).toBe('oauth');
    signIn.answered(await signIn.ready(), 401, null);
    expect([signIn.current().kind, signIn.health().code]).toEqual(['api_key', 'token_refused']);
    expect(f.oauth.attempts).toHaveLength(1);
  });

  it('rests on the key after a 429, over a restart too, and returns to the subscription at the time it was told', async () => {
    f.signIn();
    const signIn = f.start(KEY);
    signIn.answered(await signIn.ready(), 429, 10 * MINUTE);
    expect([signIn.current().kind, signIn.health().code]).toEqual(['api_key', 'on_fallback']);
    const next = f.start(KEY);
    clock.advance(10 * MINUTE - 1);
    expect(next.current().kind).toBe('api_key');
    clock.advance(1);
    expect(next.current().kind).toBe('oauth');
  });

  it('says that the key has no credit, and that it has again', async () => {
    const signIn = f.start(KEY);
    signIn.answered(await signIn.ready(), 402, null);
    expect(signIn.health()).toMatchObject({ code: 'credit_exhausted', state: 'failed', required: false });
    signIn.answered(await signIn.ready(), 200, null);
    expect(signIn.health().code).toBe('prepaid_key');
  });

  it('finishes a renewal that was asked for before it stops', async () => {
    const login = f.signIn();
    await f.oauth.misbehave({ kind: 'slow', ms: 100, times: 1 });
    const signIn = f.start();
    clock.advance(8 * HOUR);
    void signIn.refreshDue();
    await expect.poll(() => f.oauth.attempts.length).toBe(1);
    const stopped = signIn.stop();
    clock.advance(100);
    await stopped;
    expect(f.file.claudeAiOauth.refreshToken).not.toBe(login.refreshToken);
    await signIn.stop();
  });
});
