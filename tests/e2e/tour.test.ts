/** Runs the README's two-minute tour, block by block, as a reader would type it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInstallation, type Installation } from './installation.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const blocks = [
  ...readFileSync(`${CHECKOUT}README.md`, 'utf8').matchAll(/^```sh tour\n([\s\S]*?)^```$/gmu),
].map((match) => match[1] ?? '');

let installation: Installation;

/** Runs one block in the installation's home as an interactive shell would, with `npx nanoclaw` at hand. */
function run(block: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const shell = spawn('bash', ['-c', block], {
      cwd: installation.home,
      env: installation.env,
    });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
    shell.on('close', (code) => resolve({ code, output }));
  });
}

beforeAll(async () => {
  installation = await createInstallation({
    policy: { hang: { limitSeconds: 3 }, stableSeconds: 2, restart: { backoffSeconds: [0, 0.1] } },
  });
  symlinkSync(`${CHECKOUT}node_modules`, join(installation.home, 'node_modules'));
  installation.env.npm_config_cache = mkdtempSync(join(tmpdir(), 'nc-npm-'));
  installation.start();
  await installation.up();
});
afterAll(async () => {
  await installation?.stop();
});

/** What each block must show. */
const EXPECTED: Array<{ title: string; shows: RegExp[] }> = [
  { title: 'ask', shows: [/\[offline model\]/, /uid=1000/, /nanoclaw up since/] },
  { title: 'kill', shows: [/\[offline model\] I waited 10 s/, /crash/] },
  { title: 'freeze', shows: [/\[offline model\]/] },
  { title: 'break the settings', shows: [/MAX_CONCURRENT_CONTAINERS must be a number/, /\[offline model\]/] },
  { title: 'read', shows: [/"metric":"recovery"/, /"result": "success"/, /"turns": \d/, /MTTR/i] },
];

it('has a test for every block of the tour', () => {
  expect(blocks).toHaveLength(EXPECTED.length);
});

it.each(EXPECTED.map((expected, index) => ({ ...expected, index })))(
  '$title: works as printed',
  async ({ index, shows }) => {
    const { code, output } = await run(blocks[index] ?? 'false');
    expect(code, output).toBe(0);
    for (const pattern of shows) expect(output).toMatch(pattern);
  },
);

it('has answered each mention exactly once', () => {
  const db = new Database(installation.paths.database, { readonly: true });
  const answers = db
    .prepare("SELECT answers FROM local_messages WHERE direction = 'out'")
    .pluck()
    .all() as string[];
  const asked = db.prepare("SELECT id FROM local_messages WHERE direction = 'in' ORDER BY seq").pluck().all();
  db.close();
  expect(
    answers.flatMap((answer) => JSON.parse(answer) as string[]),
    answers.join('\n'),
  ).toEqual(asked);
});
