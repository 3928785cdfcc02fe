import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { beginLogin, finishLogin } from './pkce.ts';
import { readAuthStatus } from './status.ts';
import { Fixture } from './testing.ts';

let clock: FakeClock;
let f: Fixture;
let pendingPath: string;
beforeEach(async () => {
  clock = new FakeClock();
  f = await Fixture.create({}, clock);
  pendingPath = join(f.folder, 'auth-login.json');
});
afterEach(() => f.close());

const begin = () => beginLogin(pendingPath, clock.now());
const finish = (pasted: string, now = clock.now()) =>
  finishLogin(pasted, { api: f.parts().api, credentialsPath: f.path, pendingPath, now });

describe('signing in by hand', () => {
  it('trades the code for a login and forgets the verifier', async () => {
    const address = new URL(begin());
    expect(statSync(pendingPath).mode & 0o777).toBe(0o600);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      ...{ code: 'true', response_type: 'code', code_challenge_method: 'S256' },
      redirect_uri: 'https://platform.claude.com/oauth/code/callback',
      scope: 'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers',
    });
    const end = await finish(` ${f.oauth.store.consent(address.href)}\n`);
    expect(end).toEqual({ kind: 'signed_in', expiresAt: clock.now() + 8 * 3_600_000 });
    expect(f.file.claudeAiOauth).toMatchObject({ subscriptionType: 'pro', refreshToken: expect.any(String) });
    expect(existsSync(pendingPath)).toBe(false);
  });

  it('keeps what other programs wrote into the file', async () => {
    f.signIn();
    await finish(f.oauth.store.consent(begin()));
    expect([f.file.organizationUuid, f.file.claudeAiOauth.rateLimitTier]).toEqual(['theirs', 'theirs']);
  });

  it.each([
    ['no sign-in was begun', () => 'a#b', 'not_begun'],
    ['the text holds no state', () => begin().slice(0, 5), 'not_a_code'],
    [
      'the code is of an earlier sign-in',
      () => {
        const former = f.oauth.store.consent(begin());
        begin();
        return former;
      },
      'not_a_code',
    ],
    ['the code is made up', () => `made-up#${new URL(begin()).searchParams.get('state')}`, 'refused'],
  ])('says so when %s, and leaves the login as it was', async (_case, paste, kind) => {
    const login = f.signIn();
    expect(await finish(paste())).toMatchObject({ kind });
    expect(f.file.claudeAiOauth.accessToken).toBe(login.accessToken);
  });

  it('takes no code after an hour', async () => {
    const pasted = f.oauth.store.consent(begin());
    expect(await finish(pasted, clock.now() + 3_600_001)).toEqual({ kind: 'not_begun' });
  });

  it('may be tried again with the same code when the endpoint could not be reached', async () => {
    const pasted = f.oauth.store.consent(begin());
    await f.oauth.misbehave({ kind: 'refuse' });
    expect(await finish(pasted)).toMatchObject({ kind: 'lost' });
    await f.oauth.misbehave({ kind: 'none' });
    expect(await finish(pasted)).toMatchObject({ kind: 'signed_in' });
  });
});

it('The status comes from the files alone and agrees with the service', async () => {
  const threadsPath = join(f.folder, 'threads.json');
  const status = () =>
    readAuthStatus({
      ...{ credentialsPath: f.path, statePath: f.statePath, threadsPath },
      ...{ hasFallbackKey: true, now: clock.now() },
    });
  expect(status()).toMatchObject({
    inUse: 'api_key',
    code: 'prepaid_key',
    subscription: null,
    threads: null,
  });
  f.signIn();
  expect(status()).toMatchObject({
    inUse: 'oauth',
    subscription: { secondsLeft: 8 * 3600, refreshable: true },
  });
  const signIn = f.start('sk-ant-api03-x');
  signIn.answered(signIn.current(), 429, null);
  expect(status()).toMatchObject({ inUse: 'api_key', state: 'resting', code: signIn.health().code });
});
