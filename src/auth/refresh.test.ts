import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { CredentialsFile } from './credentials-file.ts';
import { Fixture } from './testing.ts';

let f: Fixture;
beforeEach(async () => {
  f = await Fixture.create({}, systemClock);
});
afterEach(() => f.close());

describe('a renewal', () => {
  it('puts the rotated login in the file, 0600, and keeps what other programs wrote there', async () => {
    const login = f.signIn();
    expect(await f.refresh(login)).toMatchObject({ kind: 'granted', token: { refreshable: true } });
    const { organizationUuid, claudeAiOauth } = f.file;
    expect([organizationUuid, claudeAiOauth.rateLimitTier]).toEqual(['theirs', 'theirs']);
    expect(claudeAiOauth.accessToken).toBe(f.oauth.store.accessTokens.at(-1));
    expect(claudeAiOauth.refreshToken).not.toBe(login.refreshToken);
    expect(claudeAiOauth.scopes).toContain('user:sessions:claude_code');
    expect(statSync(f.path).mode & 0o777).toBe(0o600);
  });

  it('does not lengthen the time until a person has to sign in again', async () => {
    const login = f.signIn();
    const end = Date.now() + 5 * 86_400_000;
    const { claudeAiOauth } = f.file;
    writeFileSync(
      f.path,
      JSON.stringify({ claudeAiOauth: { ...claudeAiOauth, refreshTokenExpiresAt: end } }),
    );
    expect(await f.refresh(login)).toMatchObject({ kind: 'granted', token: { refreshEndsAt: end } });
    expect(f.file.claudeAiOauth.refreshTokenExpiresAt).toBe(end);
  });

  it('is made once by two processes that want it at the same moment', async () => {
    const login = f.signIn();
    const ends = await Promise.all([f.refresh(login), f.refresh(login), f.refresh(login)]);
    expect(ends.map(({ kind }) => kind).sort()).toEqual(['adopted', 'adopted', 'granted']);
    expect(f.oauth.attempts).toHaveLength(1);
  });

  it('takes over what another program renewed before it came to it', async () => {
    const login = f.signIn();
    const theirs = f.signIn();
    expect(await f.refresh(login)).toMatchObject({ kind: 'adopted' });
    expect([f.oauth.attempts.length, f.file.claudeAiOauth.accessToken]).toEqual([0, theirs.accessToken]);
  });

  it('takes over what a program that knows no lock wrote while it asked', async () => {
    const login = f.signIn();
    await f.oauth.misbehave({ kind: 'slow', ms: 50, times: 1 });
    const renewing = f.refresh(login);
    await expect.poll(() => f.oauth.attempts.length).toBe(1);
    const theirs = f.signIn();
    expect(await renewing).toMatchObject({ kind: 'adopted' });
    expect(f.file.claudeAiOauth.accessToken).toBe(theirs.accessToken);
  });

  it('writes nothing when the person signed out meanwhile', async () => {
    const login = f.signIn();
    await f.oauth.misbehave({ kind: 'slow', ms: 50, times: 1 });
    const renewing = f.refresh(login);
    await expect.poll(() => f.oauth.attempts.length).toBe(1);
    rmSync(f.path);
    expect(await renewing).toEqual({ kind: 'gone' });
    expect(existsSync(f.path)).toBe(false);
  });

  it('is not even asked for when there is no room to keep its answer', async () => {
    const login = f.signIn();
    const place = `${f.path}.${process.pid}.new`;
    mkdirSync(join(place, 'x'), { recursive: true });
    expect(await f.refresh(login)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('EISDIR'),
    });
    expect(f.oauth.attempts).toHaveLength(0);
    rmSync(place, { recursive: true });
    chmodSync(f.folder, 0o700);
    expect(await f.refresh(login)).toMatchObject({ kind: 'granted' });
  });
});

describe('when the endpoint misbehaves', () => {
  it.each([
    ['answers 500', { kind: 'status', status: 500, retryAfterSeconds: 30 }, 'HTTP 500', 30_000],
    ['answers 403', { kind: 'status', status: 403 }, 'HTTP 403', null],
    ['answers 429', { kind: 'status', status: 429, retryAfterSeconds: 5 }, 'HTTP 429', 5000],
    ['is not there', { kind: 'refuse' }, 'ECONNREFUSED', null],
    ['never answers', { kind: 'hang', taken: false }, 'in time', null],
  ])(
    'and %s, the login stays as it was and can be renewed later',
    async (_case, fault, part, retryAfterMs) => {
      const login = f.signIn();
      if (fault.kind === 'hang') f.deadlineMs = 300;
      await f.oauth.misbehave(fault);
      const end = await f.refresh(login);
      expect(end).toEqual({ kind: 'failed', reason: expect.stringContaining(part), retryAfterMs });
      expect(f.file.claudeAiOauth.refreshToken).toBe(login.refreshToken);
      await f.oauth.misbehave({ kind: 'none' });
      expect(await f.refresh(login)).toMatchObject({ kind: 'granted' });
    },
  );

  it('and says invalid_grant, the login is over and never asked for again by itself', async () => {
    const login = f.signIn();
    await f.oauth.misbehave({ kind: 'revoke', times: 1 });
    expect(await f.refresh(login)).toEqual({ kind: 'refused' });
    expect(f.oauth.attempts).toHaveLength(1);
  });

  it.each([
    ['the connection breaks after the rotation', { kind: 'lost', times: 1 }],
    ['the answer never comes', { kind: 'hang', taken: true, times: 1 }],
    ['the answer can’t be read', { kind: 'garbage', times: 1 }],
  ])('and %s, asking again with the same token gets the login that was lost', async (_case, fault) => {
    await f.close();
    f = await Fixture.create({ graceMs: 60_000 }, systemClock);
    const login = f.signIn();
    if (fault.kind === 'hang') f.deadlineMs = 1000;
    await f.oauth.misbehave(fault);
    expect(await f.refresh(login)).toMatchObject({ kind: 'granted' });
    expect([f.oauth.attempts.length, f.oauth.store.granted]).toEqual([2, 1]);
    expect(f.file.claudeAiOauth.accessToken).toBe(f.oauth.store.accessTokens.at(-1));
  });

  it('and a strict server has lost the login for good, that is said after one more try', async () => {
    const login = f.signIn();
    await f.oauth.misbehave({ kind: 'lost', times: 1 });
    expect(await f.refresh(login)).toEqual({ kind: 'refused' });
    expect(f.oauth.attempts).toHaveLength(2);
  });
});

describe('the credentials file', () => {
  it('says what was known while another program writes it, and the new login when it is whole', () => {
    const first = f.signIn();
    const file = new CredentialsFile(f.path);
    expect(file.read()?.accessToken).toBe(first.accessToken);
    writeFileSync(f.path, '{"claudeAiOauth": {"acc');
    expect(file.read()?.accessToken).toBe(first.accessToken);
    const second = f.signIn();
    expect(file.read()?.accessToken).toBe(second.accessToken);
    rmSync(f.path);
    expect(file.read()).toBeNull();
  });

  it('holds a login that could not be written, and writes it as soon as it can', () => {
    f.signIn();
    const file = new CredentialsFile(f.path);
    const place = `${f.path}.${process.pid}.new`;
    mkdirSync(join(place, 'x'), { recursive: true });
    const grant = { ...f.oauth.store.issue(), scopes: null, subscriptionType: null, refreshEndsAt: null };
    expect(() => file.save(grant)).toThrow(/EISDIR/);
    expect(file.read()?.accessToken).toBe(grant.accessToken);
    expect(f.file.claudeAiOauth.accessToken).not.toBe(grant.accessToken);
    rmSync(place, { recursive: true });
    file.read();
    expect(f.file.claudeAiOauth.accessToken).toBe(grant.accessToken);
  });
});
