import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Credentials } from './credentials.ts';

const NOW = 1_000_000;
let path: string;
const write = (expiresAt: number, stamp = 1) => {
  writeFileSync(
    path,
    JSON.stringify({ claudeAiOauth: { accessToken: 'token-a', refreshToken: 'r', expiresAt } }),
  );
  utimesSync(path, stamp, stamp);
};
const credentials = (fallbackKey?: string) => new Credentials({ path, fallbackKey, now: () => NOW });

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'nanoclaw-auth-')), '.credentials.json');
});

describe('the credential in use', () => {
  it('is the subscription while its token is valid, even with a prepaid key', () => {
    write(NOW + 1);
    expect(credentials('sk-ant-api03-x').current()).toEqual({
      kind: 'oauth',
      value: 'token-a',
      expiresAt: NOW + 1,
    });
  });

  it('is the prepaid key once the token has expired: an expired token is never sent', () => {
    write(NOW);
    expect(credentials('sk-ant-api03-x').current()).toEqual({ kind: 'api_key', value: 'sk-ant-api03-x' });
  });

  it('is none without either, and expired when a subscription has run out', () => {
    expect(credentials().current()).toEqual({ kind: 'none' });
    write(NOW - 1);
    expect(credentials().current()).toEqual({ kind: 'expired' });
  });

  it('stays what it was while the file is half-written, and changes when it is whole', () => {
    write(NOW + 1);
    const live = credentials('sk-ant-api03-x');
    expect(live.current()).toMatchObject({ kind: 'oauth', value: 'token-a' });
    writeFileSync(path, '{"claudeAiOauth": {"acc');
    expect(live.current()).toMatchObject({ kind: 'oauth', value: 'token-a' });
    write(NOW + 5, 2);
    expect(live.current()).toMatchObject({ expiresAt: NOW + 5 });
  });

  it('is gone when the file is removed', () => {
    write(NOW + 1);
    const live = credentials();
    live.current();
    rmSync(path);
    expect(live.current()).toEqual({ kind: 'none' });
  });
});
