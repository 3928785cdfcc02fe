/** Faults of the sign-ins: to the model, and to Threads. What the API's stand-in was shown is the judge. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const UNNOTICED = { causes: [], tier: null, pages: 0 } as const;
const HOUR_SECONDS = 3600;
/** Within the five minutes before its end in which a login is renewed; well above what counts as run out (3 min). */
const DUE_SECONDS = 299;

/** Puts a login where Claude Code keeps it. @returns its refresh token */
function signIn({ installation, world }: Scene, secondsLeft: number): string {
  const folder = join(installation.env.HOME ?? '', '.claude');
  const claudeAiOauth = { ...world.oauth.store.issue(), expiresAt: Date.now() + secondsLeft * 1000 };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.credentials.json'), JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
  return claudeAiOauth.refreshToken;
}

const renewed = (scene: Scene, times: number) =>
  scene.until(() => scene.world.oauth.store.granted >= times, `not renewed ${times} times`);

/** Waits for the one page, and checks that nothing was restarted for it. */
async function onlyPaged(scene: Scene, pid: number): Promise<void> {
  await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
  check(scene.installation.pid() === pid, 'it was restarted, which renews no sign-in');
}

async function hearsTheEnd(scene: Scene): Promise<void> {
  await scene.healed();
  await scene.until(() => scene.told().length >= 2, 'nobody was told that it is well again');
}

/** A question that may fail. @returns what the chat said */
async function askAside(scene: Scene): Promise<string> {
  const { stdout, stderr } = await scene.installation.cli('chat', '--once', '@폴 hello', '--timeout', '120');
  return stdout + stderr;
}

export const SIGN_IN_DRILLS: readonly Drill[] = [
  {
    name: 'token-expired',
    rows: [59],
    about:
      'the login has run out, at the start and later: renewed first, so the model never sees the old one',
    scene: { startsItself: true },
    expected: UNNOTICED,
    async run(scene) {
      await scene.inject(() => signIn(scene, -1));
      await scene.open();
      await renewed(scene, 1);
      signIn(scene, -1);
      await scene.askEverywhere();
      await renewed(scene, 2);
      const shown = scene.world.anthropic.requests.filter(({ credential }) => !credential.accepted);
      check(shown.length === 0, `${shown.length} requests with a credential that is not valid`);
    },
  },
  {
    name: 'refresh-failing',
    rows: [60],
    about: 'the token endpoint answers 500, then 403: asked again later, people are answered all the while',
    scene: { startsItself: true },
    expected: UNNOTICED,
    async run(scene) {
      await scene.world.oauth.misbehave({ kind: 'status', status: 500, times: 1 });
      await scene.world.oauth.misbehave({ kind: 'status', status: 403, times: 1 });
      await scene.inject(() => signIn(scene, DUE_SECONDS));
      await scene.open();
      await renewed(scene, 1);
      const answers = scene.world.oauth.attempts.map(({ status }) => status);
      check(answers.join() === '500,403,200', `the endpoint answered ${answers}`);
    },
  },
  {
    name: 'refresh-race',
    rows: [61],
    about:
      'the service and three commands want the same renewal at once: it is asked for once, all go on with it',
    expected: UNNOTICED,
    async run(scene) {
      await scene.world.oauth.misbehave({ kind: 'slow', ms: 2000, times: 1 });
      await scene.inject(() => signIn(scene, -1));
      scene.ask();
      const ends = await Promise.all([1, 2, 3].map(() => scene.installation.cli('auth', 'refresh')));
      check(
        ends.every(({ code }) => code === 0),
        ends.map(({ stderr }) => stderr).join(),
      );
      await scene.quiz.settled(PATIENCE_SECONDS);
      const { length } = scene.world.oauth.attempts;
      check(length === 1, `the endpoint was asked ${length} times`);
    },
  },
  {
    name: 'sign-in-revoked',
    rows: [60, 62],
    about:
      'the endpoint says invalid_grant: one page, no restart, the prepaid key pays until a person signs in',
    expected: { causes: ['sign_in_needed'], tier: null, pages: 1 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.inject(() => scene.world.oauth.store.revoke(signIn(scene, DUE_SECONDS)));
      scene.ask();
      await onlyPaged(scene, pid);
      scene.ask();
      await scene.quiz.settled(PATIENCE_SECONDS);
      check(scene.world.oauth.attempts.length === 1, 'a login that is dead was asked for again');
      signIn(scene, HOUR_SECONDS);
      await hearsTheEnd(scene);
      check(scene.installation.pid() === pid, 'it was restarted');
    },
  },
  {
    name: 'sign-in-revoked-no-key',
    rows: [62],
    about:
      'the API refuses the login, it can’t be renewed, nothing else pays: one page, the chat is told, no restart',
    scene: { startsItself: true, env: { ANTHROPIC_API_KEY_FALLBACK: '' } },
    expected: { causes: ['sign_in_revoked'], tier: null, pages: 1 },
    async run(scene) {
      const refreshToken = signIn(scene, HOUR_SECONDS);
      await scene.open();
      const pid = scene.installation.pid();
      await scene.inject(() => scene.world.oauth.store.revoke(refreshToken));
      await scene.world.anthropic.misbehave({ kind: 'status', status: 401, times: 1 });
      check((await askAside(scene)).includes('sign'), 'the chat was not told');
      await onlyPaged(scene, pid);
      signIn(scene, HOUR_SECONDS);
      await hearsTheEnd(scene);
      check(scene.installation.pid() === pid, 'it was restarted');
    },
  },
  {
    name: 'credit-spent',
    rows: [63],
    about: 'the subscription’s limit is reached, then the prepaid credit is spent: fallback, then one page',
    scene: { startsItself: true },
    expected: { causes: ['credit_spent'], tier: null, pages: 1 },
    async run(scene) {
      signIn(scene, HOUR_SECONDS);
      await scene.open();
      const pid = scene.installation.pid();
      await scene.inject(() => scene.world.anthropic.misbehave({ kind: 'status', status: 429, times: 1 }));
      await scene.askEverywhere();
      const last = scene.world.anthropic.requests.filter(({ credential }) => credential.accepted).at(-1);
      check(last?.credential.kind === 'api_key', 'the prepaid key was not used');
      await scene.world.anthropic.misbehave({ kind: 'status', status: 402 });
      check((await askAside(scene)).trim() !== '', 'the chat was not told');
      await onlyPaged(scene, pid);
      await scene.world.anthropic.misbehave({ kind: 'none' });
      await scene.askEverywhere();
      await hearsTheEnd(scene);
    },
  },
];
