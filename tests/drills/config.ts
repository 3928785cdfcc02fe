/** Faults of the settings. */
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

/** As the supervisor does once a `.env` has worked for two minutes. */
function keepAsGood({ installation: { paths } }: Scene): void {
  copyFileSync(paths.env, paths.lastKnownGoodEnv);
}

/** Spoils `.env` by an edit, and restarts as a person would who wants it to count. */
async function restartWith(scene: Scene, edit: (text: string) => string): Promise<void> {
  keepAsGood(scene);
  const good = readFileSync(scene.installation.paths.env, 'utf8');
  const pid = scene.installation.pid();
  scene.rewrite(scene.installation.paths.env, edit);
  await scene.kill();
  scene.ask();
  await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
  await scene.healed();
  check(readFileSync(scene.installation.paths.env, 'utf8') === good, 'the .env that worked is not back');
  const [incident] = await scene.installation.incidents();
  const story = JSON.stringify(scene.installation.incident(incident?.id ?? '').events);
  check(story.includes('.env.broken-'), 'nobody said where the refused one is kept');
}

const RESTORED = { causes: ['crash'], tier: 2, pages: 0 } as const;

export const CONFIG_DRILLS: readonly Drill[] = [
  {
    name: 'config-broken',
    rows: [51],
    about: 'an edit makes the settings unusable: the last ones that worked are put back, the edit is kept',
    expected: RESTORED,
    run: (scene) => restartWith(scene, (text) => `${text}MAX_CONCURRENT_CONTAINERS=many\n`),
  },
  {
    name: 'api-key-in-env',
    rows: [65],
    about: 'ANTHROPIC_API_KEY gets into .env, where it would outrank the subscription: refused, and undone',
    expected: RESTORED,
    run: (scene) => restartWith(scene, (text) => `${text}ANTHROPIC_API_KEY=sk-ant-api03-not-ours\n`),
  },
  {
    name: 'config-half-written',
    rows: [51],
    about: 'the settings end in the middle of a line: the last ones that worked are put back',
    expected: RESTORED,
    run: (scene) => restartWith(scene, (text) => `${text.slice(0, text.length / 2)}\nANTHROPIC_BAS`),
  },
  {
    name: 'config-edited',
    rows: [52],
    about: 'a deliberate, valid edit is followed by a crash for another reason: the edit stays',
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      keepAsGood(scene);
      const pid = scene.installation.pid();
      scene.rewrite(scene.installation.paths.env, (text) => `${text}LOG_LEVEL=debug\n`);
      await scene.kill();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
      const text = readFileSync(scene.installation.paths.env, 'utf8');
      check(text.includes('LOG_LEVEL=debug'), 'the edit was discarded');
    },
  },
  {
    name: 'env-lost',
    rows: [53],
    about: '.env is deleted: the copy of the one that worked is put back before anybody misses it',
    expected: { causes: ['config_broken'], tier: 2, pages: 0 },
    async run(scene) {
      keepAsGood(scene);
      const { env } = scene.installation.paths;
      await scene.inject(() => rmSync(env));
      await scene.until(() => existsSync(env), '.env was not put back');
      await scene.healed();
    },
  },
  {
    name: 'env-open',
    rows: [53],
    about: '.env can be read by everybody (mode 0644): it is closed again',
    expected: { causes: ['config_broken'], tier: 2, pages: 0 },
    async run(scene) {
      keepAsGood(scene);
      const { env } = scene.installation.paths;
      await scene.inject(() => chmodSync(env, 0o644));
      await scene.until(() => (statSync(env).mode & 0o077) === 0, '.env stays open');
      await scene.healed();
    },
  },
  {
    name: 'env-being-edited',
    rows: [51, 52],
    about: 'somebody leaves a half edit on disk while the service runs: it is reported and not touched',
    expected: { causes: ['config_broken'], tier: null, pages: 0 },
    async run(scene) {
      keepAsGood(scene);
      const { env } = scene.installation.paths;
      const good = readFileSync(env, 'utf8');
      await scene.inject(() => scene.rewrite(env, (text) => `${text}THIS IS NOT\n`));
      await scene.status(({ incidents }) => incidents.length === 1, 'not seen');
      await scene.quiet(5);
      check(readFileSync(env, 'utf8').includes('THIS IS NOT'), 'the edit was replaced');
      writeFileSync(env, good, { mode: 0o600 });
      await scene.healed();
    },
  },
];
