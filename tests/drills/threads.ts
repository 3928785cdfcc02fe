/** Faults of the Threads token. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { check, type Drill } from './drill.ts';
import type { Scene } from './scene.ts';

const DAY_MS = 86_400_000;
/** Of its sixty days: within the last seven it is renewed. */
const AGE_DAYS = 57;

/** Puts a token where `scripts/threads-oauth.sh` does: into the state file and into `.env`. */
function signIn(scene: Scene, ageDays: number): string {
  const { threadsState, env } = scene.installation.paths;
  const accessToken = scene.world.threads.store.issue(true, ageDays * DAY_MS);
  const lastRefreshAt = Date.now() - ageDays * DAY_MS;
  const state = { accessToken, expiresAt: lastRefreshAt + 60 * DAY_MS, lastRefreshAt };
  mkdirSync(dirname(threadsState), { recursive: true });
  writeFileSync(threadsState, JSON.stringify(state), { mode: 0o600 });
  scene.rewrite(
    env,
    (text) => `${text.replace(/^THREADS_ACCESS_TOKEN=.*\n/m, '')}THREADS_ACCESS_TOKEN=${accessToken}\n`,
  );
  return accessToken;
}

export const THREADS_DRILLS: readonly Drill[] = [
  {
    name: 'threads-expiring',
    rows: [64],
    about: 'the Threads token ends in three days: renewed at the start, in the state file and in .env',
    scene: { startsItself: true },
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const { threadsState, env } = scene.installation.paths;
      await scene.inject(() => signIn(scene, AGE_DAYS));
      await scene.open();
      await scene.until(() => scene.world.threads.store.renewed === 1, 'it was not renewed');
      const token = () => String(JSON.parse(readFileSync(threadsState, 'utf8')).accessToken);
      await scene.until(
        () => readFileSync(env, 'utf8').endsWith(`THREADS_ACCESS_TOKEN=${token()}\n`),
        '.env holds another token than the state file',
      );
    },
  },
  {
    name: 'threads-dead',
    rows: [64],
    about: 'the Threads token is not accepted any more: one page that says what to type; all else goes on',
    scene: { startsItself: true },
    expected: { causes: ['side_sign_in_needed'], tier: null, pages: 1 },
    async run(scene) {
      const token = signIn(scene, AGE_DAYS);
      await scene.inject(() => scene.world.threads.store.revoke(token));
      await scene.open();
      const pid = scene.installation.pid();
      await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      check(scene.told().join().includes('threads-oauth.sh'), 'nobody said what to type');
      signIn(scene, 0);
      await scene.healed();
      check(scene.installation.pid() === pid, 'it was restarted for it');
    },
  },
];
