/** `nanoclaw auth` and the Threads script as a person runs them: real processes against the stand-ins. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Oauth, startOauth } from '../world/sign-in/oauth.ts';
import { startThreads, type Threads, WORLD_THREADS_APP } from '../world/sign-in/threads.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const CLI = join(CHECKOUT, 'dist/cli.js');
let home: string;
let oauth: Oauth;
let threads: Threads;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-auth-e2e-'));
  mkdirSync(join(home, '.claude'));
  [oauth, threads] = await Promise.all([startOauth({ graceMs: 0 }), startThreads()]);
});
afterEach(async () => {
  await Promise.all([oauth.stop(), threads.stop()]);
  rmSync(home, { recursive: true });
});

const environment = () => ({
  ...{ PATH: process.env.PATH ?? '', HOME: home, NANOCLAW_HOME: home, NANOCLAW_LANG: 'en' },
  ...{ CLAUDE_OAUTH_TOKEN_URL: oauth.tokenUrl, THREADS_API_URL: threads.url },
});
const credentialsPath = () => join(home, '.claude/.credentials.json');
const credentials = () => JSON.parse(readFileSync(credentialsPath(), 'utf8')).claudeAiOauth;
function signIn(msLeft: number) {
  const login = { ...oauth.store.issue(), expiresAt: Date.now() + msLeft };
  writeFileSync(credentialsPath(), JSON.stringify({ claudeAiOauth: login }));
  return login;
}

function auth(...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, 'auth', ...args], { env: environment() }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, text: out + err }),
    );
  });
}

describe('nanoclaw auth', () => {
  it('signs in without a terminal in two commands, and says how it stands', async () => {
    expect((await auth('status')).code).toBe(77);
    const begun = await auth('login');
    const address = begun.text.split('\n').find((line) => line.startsWith('https://')) ?? '';
    expect(new URL(address).origin).toBe('https://claude.ai');
    expect((await auth('login', '--code', 'wrong#state')).code).toBe(64);
    const done = await auth('login', '--code', oauth.store.consent(address));
    expect(done).toMatchObject({ code: 0, text: expect.stringContaining('Signed in') });
    expect(statSync(credentialsPath()).mode & 0o777).toBe(0o600);
    expect(credentials()).toMatchObject({ subscriptionType: 'pro', scopes: expect.any(Array) });
    const status = await auth('status', '--json');
    expect(JSON.parse(status.text)).toMatchObject({ inUse: 'oauth', code: 'subscription' });
    expect(status.text + done.text).not.toContain(credentials().accessToken);
  });

  it('renews once when several are asked at the same moment', async () => {
    signIn(60_000);
    const ends = await Promise.all([1, 2, 3, 4].map(() => auth('refresh')));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(oauth.attempts).toHaveLength(1);
    expect(credentials().accessToken).toBe(oauth.store.accessTokens.at(-1));
    expect(readFileSync(join(home, 'logs/metrics.jsonl'), 'utf8')).toContain('"metric":"auth_refresh"');
  });

  it.each([
    ['a login that is fresh', 0, async () => void signIn(3_600_000)],
    ['no login', 77, async () => undefined],
    ['a dead login', 77, async () => oauth.store.revoke(signIn(0).refreshToken)],
    [
      'an endpoint that is down',
      69,
      async () => {
        signIn(0);
        await oauth.misbehave({ kind: 'status', status: 403 });
      },
    ],
  ])('ends a refresh of %s with code %i', async (_case, code, arrange) => {
    await arrange();
    expect(await auth('refresh')).toMatchObject({ code });
  });

  it('goes on after a process that was killed while it renewed', async () => {
    const login = signIn(0);
    await oauth.misbehave({ kind: 'hang', taken: false, times: 1 });
    const killed = spawn(process.execPath, [CLI, 'auth', 'refresh'], { env: environment() });
    await expect.poll(() => oauth.attempts.length, { timeout: 20_000 }).toBe(1);
    killed.kill('SIGKILL');
    expect((await auth('refresh')).code).toBe(0);
    expect(credentials().refreshToken).not.toBe(login.refreshToken);
  });
});

describe('scripts/threads-oauth.sh', () => {
  let running: ChildProcess;
  let said: string;
  /** Runs it in a checkout of its own, whose `.env` holds the app. */
  function start(): void {
    for (const part of ['dist', 'scripts', 'node_modules', 'package.json'])
      symlinkSync(join(CHECKOUT, part), join(home, part));
    const { id, secret } = WORLD_THREADS_APP;
    writeFileSync(join(home, '.env'), `# mine\nTHREADS_APP_ID=${id}\nTHREADS_APP_SECRET=${secret} # app\n`);
    const script = 'cd "$0" && source <(sed "s|^cd .*||" scripts/threads-oauth.sh)';
    running = spawn('bash', ['-c', script, home], { env: environment() });
    said = '';
    running.stdout?.on('data', (chunk) => {
      said += String(chunk);
    });
    running.stderr?.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  const ended = () => new Promise<number | null>((done) => running.once('exit', done));
  async function address(): Promise<string> {
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/^https:\/\/threads\.net.*[\s\S]*paste/m);
    return said.split('\n').find((line) => line.startsWith('https://threads.net')) ?? '';
  }
  function expectKept(): void {
    const state = JSON.parse(readFileSync(join(home, 'data/threads-token-state.json'), 'utf8'));
    expect(state.expiresAt).toBeGreaterThan(Date.now() + 59 * 24 * 3_600_000);
    const env = readFileSync(join(home, '.env'), 'utf8');
    expect(env).toContain(`# mine\n`);
    expect(env).toContain(`THREADS_ACCESS_TOKEN=${state.accessToken}\nTHREADS_USER_ID=`);
    expect(said).not.toContain(state.accessToken);
    expect(said).not.toContain(WORLD_THREADS_APP.secret);
  }

  it('takes the address that a person pastes', async () => {
    start();
    const end = ended();
    running.stdin?.write(`${threads.store.consent(await address())}\n`);
    expect(await end).toBe(0);
    expectKept();
  });

  it('takes the browser that comes to the callback', async () => {
    start();
    const end = ended();
    const target = threads.store.consent(await address()).replace('localhost', '127.0.0.1');
    await new Promise((done) => {
      request(target.split('#')[0] ?? '', { rejectUnauthorized: false }, done).end();
    });
    expect(await end).toBe(0);
    expectKept();
  });
});
