/**
 * A session's fix on the real orchestrator: after the looks a question goes the whole way, through a real agent in its
 * container, and its answer decides too.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { CURRENT_LINK } from '../../metrics/record.ts';
import type { MessagesRequest } from '../../src/offline-model/request.ts';
import type { ScriptedAnswer } from '../../src/offline-model/wire.ts';
import { call, say } from '../world/anthropic-script.ts';
import { createInstallation, type Installation, startWorld, type World } from './installation.ts';
import { copyPrograms } from './own-programs.ts';
import { until } from './until.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const BREAKAGE = "throw new Error('a bad edit');\n";
/** A busy machine takes a minute for what takes seconds. */
const LIMIT_MS = 300_000;
const POLICY = {
  restart: { budget: 1 },
  stableSeconds: 1,
  emergency: { goodLooks: 2, lookSeconds: 0.5, canarySeconds: 150 },
};

let world: World;
let installation: Installation;
let folder: string;
let entry: string;

afterEach(async () => {
  await installation.stop();
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Breaks the service, and starts it with a model that mends it; `canary` answers the test question. */
async function start(canary: (asked: string) => ScriptedAnswer | null, emergency = {}): Promise<void> {
  world = await startWorld();
  const policy = { ...POLICY, emergency: { ...POLICY.emergency, ...emergency } };
  installation = await createInstallation({ world, policy, env: { NANOCLAW_SANDBOX: 'docker' } });
  folder = mkdtempSync(join(tmpdir(), 'nc-programs-'));
  ({ entry, ...installation.programs } = copyPrograms(DIST, join(folder, 'own')));
  const steps = [
    call('Bash', { command: "sed -i '/a bad edit/d' dist/index.js", description: 'mend' }),
    call('mcp__nanoclaw__try_fix', {}),
    say('done'),
  ];
  world.anthropic.script.match((request: MessagesRequest) => {
    const text = JSON.stringify(request.messages);
    if (text.includes('Emergency repair of the nanoclaw service')) return steps.shift() ?? say('done');
    return text.includes('Automatic check after a repair') ? canary(text) : null;
  });
  writeFileSync(entry, `${BREAKAGE}${readFileSync(entry, 'utf8')}`);
  installation.start();
}

const log = () => join(installation.paths.logs, CURRENT_LINK);
const ended = () =>
  until(
    () => (existsSync(log()) ? (installation.metrics('emergency_recovery')[0] ?? null) : null),
    240,
    () => `no session ended: ${installation.output.slice(-3000)}`,
  );

function audit(): string {
  const folder = join(installation.paths.supervisor, 'sessions');
  return readFileSync(join(folder, readdirSync(folder)[0] ?? '', 'audit.jsonl'), 'utf8');
}

it(
  'keeps a fix whose test question is answered, and leaves no chat behind',
  async () => {
    await start(() => null, { tries: 1 }); // the offline model repeats what it was asked
    expect(await ended()).toMatchObject({ result: 'done', tries: 1 });
    expect(audit()).toMatch(/a test question was answered after [\d.]+ s/);
    expect(readFileSync(entry, 'utf8')).not.toContain('a bad edit');
    expect((await installation.cli('groups')).stdout).not.toContain('repair-check');
  },
  LIMIT_MS,
);

it(
  'puts a fix back whose test question finds no answer, although every look was good',
  async () => {
    await start(() => say('I will not say it.'), { tries: 1, canarySeconds: 6 });
    expect(await ended()).toMatchObject({ result: 'failed', tries: 1 });
    expect(audit()).toContain('a test question had no answer within 6 s');
    expect(readFileSync(entry, 'utf8')).toContain('a bad edit');
  },
  LIMIT_MS,
);
