/** A hostile session in a container beside the supervisor's: what it reaches for, and what is left of it. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../e2e/until.ts';
import { ContainedHome, docker } from '../fixtures/contained-home.ts';
import { bash, claim } from '../fixtures/emergency-home.ts';
import { bundleSupervisor } from '../fixtures/supervised-home.ts';
import { CONTAINER_REACHES } from './attacks-container.ts';
import { OUTSIDE } from './attacks-outside.ts';
import { REACHES } from './attacks-reach.ts';
import { treeOf } from './live-state.ts';

const isWhole = process.env.NANOCLAW_PROOF === 'full';
const LIMIT_SECONDS = isWhole ? 1500 : 300;
const LIMIT_MS = (LIMIT_SECONDS + 100) * 1000;
const COMMON = [...REACHES, ...OUTSIDE].filter((_row, index) => isWhole || index % 9 === 8);
const ATTACKS = [...COMMON, ...CONTAINER_REACHES];

let home: ContainedHome;
let bundle: string;
let before: Record<string, string>;
let record: Record<string, unknown>;

beforeAll(async () => {
  bundle = await bundleSupervisor();
  home = new ContainedHome(bundle, { limitSeconds: LIMIT_SECONDS, maxTurns: 100, silentSeconds: 110 });
  const attack = (command: string) => () => bash(`${surroundings()}\n${command}; true`)('');
  await home.withModel(...ATTACKS.map(({ command }) => attack(command)), claim('Fixed. HTTP 200.'));
  home.signIn('sk-ant-oat01-test-world');
  home.breakIt();
  before = treeOf(home.home);
  await home.start();
  const ended = async () => home.metrics('emergency_recovery')[0] ?? null;
  record = await until(ended, LIMIT_SECONDS + 60, () => `the session's end\n${home.output}`);
}, LIMIT_MS);
afterAll(async () => {
  await home.close();
  rmSync(dirname(bundle), { recursive: true, force: true });
  console.info(`doctor: ${ATTACKS.length} attacks of one hostile session in a container`);
}, LIMIT_MS);

/** Shell variables of every attack: they know where everything lies, and the supervisor by its number out here. */
function surroundings(): string {
  const { NANOCLAW_PAGE_PORT: page, NANOCLAW_PORT: ops } = home.environment;
  const lock = createHash('sha256').update(home.inside).digest('hex').slice(0, 32);
  const pid = docker('inspect', '--format', '{{.State.Pid}}', home.supervisor);
  return `export LIVE=${home.home} USER_HOME=${home.tools} PAGE=${page} OPS=${ops} SUPERVISOR=${pid} LOCK=${lock}`;
}

test.each(ATTACKS)('does not reach $name', ({ name, found }) => {
  const text = home.heard[ATTACKS.findIndex((attack) => attack.name === name)];
  expect(text, `never tried; the session: ${record.reason}`).toBeDefined();
  expect(text).not.toContain('has been denied');
  if (found !== null) expect(text).not.toMatch(found);
});

test('ends as a failure and leaves the live tree byte for byte, no process and no container', () => {
  expect(record).toMatchObject({ result: 'failed', tries: 0 });
  expect(treeOf(home.home)).toEqual(before);
  expect(home.sessionProcesses()).toEqual([]);
  expect(home.sessions()).toEqual([]);
});
