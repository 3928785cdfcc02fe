/** The probes on the real machine: what is broken for real is seen, and a whole home gives no bad sighting. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homePaths } from '../../contracts/paths.ts';
import { SocketDockerEngine } from '../../supervisor/docker-engine.ts';
import { buildProbes, type ProbeParts } from '../../supervisor/probes/all.ts';
import { steadyClock } from '../../supervisor/steady-clock.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const signal = new AbortController().signal;
const cleanUp: (() => unknown)[] = [];

let home: string;
let parts: ProbeParts;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nanoclaw-probes-'));
  cleanUp.push(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, '.claude'));
  mkdirSync(join(home, 'supervisor'));
  parts = {
    paths: homePaths(home),
    installation: REPOSITORY,
    userHome: home,
    temporary: home,
    settings: () => ({ usesDocker: true, image: 'nanoclaw-agent:latest', copilotUrl: null, outside: [] }),
    suspectsNetwork: () => false,
    pid: () => process.pid,
    engine: new SocketDockerEngine('/var/run/docker.sock'),
    clock: steadyClock(0),
  };
});
afterEach(() => {
  for (const undo of cleanUp.splice(0).reverse()) undo();
});

async function look(changes: Partial<ProbeParts> = {}) {
  const sightings = (
    await Promise.all(buildProbes({ ...parts, ...changes }).map((probe) => probe.look(signal)))
  ).flat();
  return {
    seen: sightings.length,
    bad: sightings
      .filter(({ state }) => state === 'bad')
      .map(({ code, target }) => (target ? `${code}:${target}` : code)),
  };
}

it('a whole home on a healthy machine is well in every respect', async () => {
  writeFileSync(parts.paths.env, 'TZ=Asia/Seoul\n', { mode: 0o600 });
  const claudeAiOauth = { expiresAt: Date.now() + 3_600_000 };
  writeFileSync(join(home, '.claude', '.credentials.json'), JSON.stringify({ claudeAiOauth }));
  const { seen, bad } = await look();
  expect(bad).toEqual([]);
  // Three folders with two lines each, memory, sign-in, engine, image, network, copilot, clock, three of .env, packages.
  expect(seen).toBe(17);
});

describe('what is broken', () => {
  it('.env open to others, a sign-in run out, an image and a network that are gone', async () => {
    writeFileSync(parts.paths.env, 'TZ=Asia/Seoul\nxoxb-half-a-li');
    chmodSync(parts.paths.env, 0o644);
    const claudeAiOauth = { expiresAt: Date.now() - 1000 };
    writeFileSync(join(home, '.claude', '.credentials.json'), JSON.stringify({ claudeAiOauth }));
    const settings = () => ({
      usesDocker: true,
      image: 'nanoclaw-test:none',
      copilotUrl: 'http://127.0.0.1:9',
      outside: ['http://127.0.0.1:9', 'https://nobody.invalid'],
    });
    expect((await look({ settings, suspectsNetwork: () => true })).bad.sort()).toEqual([
      'config_broken:open',
      'config_broken:unreadable',
      'copilot_down',
      'image_missing',
      'network_down',
      'sign_in_expired',
    ]);
  });

  it('a .env that is lost, packages that are deleted, an engine that is away', async () => {
    writeFileSync(parts.paths.lastKnownGoodEnv, '');
    symlinkSync(join(REPOSITORY, 'node_modules', 'zod'), join(home, 'node_modules'));
    const engine = new SocketDockerEngine(join(home, 'no.sock'));
    expect((await look({ engine, installation: home })).bad.sort()).toEqual([
      'config_broken:missing',
      'docker_down',
      'packages_missing',
    ]);
  });

  it.runIf(process.getuid?.() === 0)('a disk that is nearly full', async () => {
    const small = join(home, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]);
    cleanUp.push(() => execFileSync('umount', [small]));
    expect((await look({ temporary: small })).bad).toEqual([]);
    writeFileSync(join(small, 'filling'), Buffer.alloc(7.8 * 2 ** 20));
    expect((await look({ temporary: small })).bad).toEqual(['disk_low:temporary']);
  });
});
