/** Secrets that were planted where they do not belong. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

/** In the message of the injected error (inject.mjs), and one that only .env holds. */
export const PLANTED = [
  'sk-ant-api03-plantedplantedplanted',
  'plantedJsonTokenValue123',
  '987654321/plantedWebhookSecret',
  'planted-threads-secret',
] as const;

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

function mustBeClean(where: string, text: string): void {
  for (const secret of PLANTED) check(!text.includes(secret), `a planted secret is in ${where}`);
}

async function lookEverywhere(scene: Scene): Promise<void> {
  const { installation } = scene;
  mustBeClean('an alert', JSON.stringify(scene.world.webhook.deliveries));
  for (const folder of [installation.paths.logs, installation.paths.supervisor])
    for (const file of filesUnder(folder)) mustBeClean(file, readFileSync(file, 'utf8'));
  mustBeClean('the journal', installation.output);
  mustBeClean('an argument of a process', execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }));
  const bundle = await installation.cli('incidents', 'export', '1', '-o', '-');
  check(bundle.code === 0, 'the incident could not be exported');
  mustBeClean('the bundle', bundle.stdout);
}

export const SECRET_DRILLS: readonly Drill[] = [
  {
    name: 'planted-secrets',
    rows: [83],
    about: 'an error spells out keys, tokens and a webhook: they are in no alert, log, argument or bundle',
    scene: {
      env: { THREADS_APP_SECRET: PLANTED[3] },
      // Every recovery is told of, so that there is an alert to look into.
      policy: { notices: { on: true, fromTier: 1 } },
    },
    expected: { causes: ['crash'], tier: 1, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.strike('spill');
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
      await scene.until(() => scene.told().length > 0, 'nobody was told');
      await lookEverywhere(scene);
    },
  },
];
