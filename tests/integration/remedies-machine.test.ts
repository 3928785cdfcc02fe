/** A port that is held, a disk that is full, an image that is gone: for real, and the remedies that mend them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SocketDockerEngine } from '../../supervisor/docker-engine.ts';
import { until } from '../e2e/until.ts';
import { quietEngine, RemedyHome, useRemedyHome } from './fixtures/remedy-home.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const DAY_SECONDS = 86_400;
/** From nothing; with the layers of an earlier build it takes seconds. */
const BUILD_LIMIT_MS = 600_000;

const own = useRemedyHome();

describe('free_port', () => {
  const listen =
    "require('http').createServer().listen(Number(process.env.TEST_PORT), '127.0.0.1', () => console.log('listening'))";

  async function freePort(): Promise<number> {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** A process that holds the port; ours when it runs the installation's index.js for our home. */
  async function hold(script: string, home: string): Promise<{ child: ChildProcess; port: number }> {
    const port = await freePort();
    const program = join(script, 'dist', 'index.js');
    mkdirSync(join(script, 'dist'), { recursive: true });
    writeFileSync(
      program,
      `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${listen}`,
    );
    const environment = { ...process.env, NANOCLAW_HOME: home, TEST_PORT: String(port) };
    const child = spawn(process.execPath, [program], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    own.cleanUp.push(() => child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    own.world = new RemedyHome(
      own.installation,
      { settings: () => ({ opsPort: port, image: '', copilotUrl: null }) },
      own.world.paths.home,
    );
    return { child, port };
  }

  const runs = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

  it('ends an orphan of this home', async () => {
    const { child } = await hold(own.installation, own.world.paths.home);
    const outcome = await own.world.run('free_port');
    expect(outcome).toEqual({ kind: 'done', detail: expect.stringContaining(`pid ${child.pid}`) });
    await until(
      () => !runs(child),
      5,
      () => 'it still runs',
    );
    expect(await own.world.run('free_port')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('ends one that is stopped and heeds no request', async () => {
    const { child } = await hold(own.installation, own.world.paths.home);
    child.kill('SIGSTOP');
    expect(await own.world.run('free_port')).toMatchObject({ kind: 'done' });
  }, 20_000);

  it('spares the orchestrator that is looked after', async () => {
    const { child } = await hold(own.installation, own.world.paths.home);
    const parts = { ...own.world.parts, currentPid: () => child.pid ?? null };
    const same = new RemedyHome(own.installation, parts, own.world.paths.home);
    expect(await same.run('free_port')).toMatchObject({ kind: 'nothing_to_do' });
    expect(runs(child)).toBe(true);
  });

  it('names a stranger and never touches it: another home, another program', async () => {
    const other = mkdtempSync(join(tmpdir(), 'nanoclaw-other-'));
    own.cleanUp.push(() => rmSync(other, { recursive: true }));
    for (const [script, home] of [
      [own.installation, other],
      [other, own.world.paths.home],
    ] as const) {
      const { child } = await hold(script, home);
      const outcome = await own.world.run('free_port');
      expect(outcome).toEqual({ kind: 'failed', detail: expect.stringContaining(`pid ${child.pid}`) });
      expect(runs(child)).toBe(true);
    }
  });
});

describe('free_disk', () => {
  function mountSmall(): string {
    const home = mkdtempSync(join(tmpdir(), 'nanoclaw-small-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', home]);
    own.cleanUp.push(() => {
      execFileSync('umount', [home]);
      rmSync(home, { recursive: true });
    });
    return home;
  }

  const isRoot = process.getuid?.() === 0;
  const old = (path: string, days: number, bytes = 1024) => {
    writeFileSync(path, Buffer.alloc(bytes));
    age(path, days);
  };
  const age = (path: string, days: number) => {
    const at = Date.now() / 1000 - days * DAY_SECONDS;
    utimesSync(path, at, at);
  };

  it.runIf(isRoot)('empties a full disk of old logs, so that the database can be written again', async () => {
    const home = mountSmall();
    const small = new RemedyHome(own.installation, {}, home);
    old(join(small.paths.logs, 'nanoclaw.2026-01-01.1.log'), 20, 6 * 2 ** 20);
    old(join(small.paths.logs, 'metrics-2026-01-01.jsonl'), 20);
    old(join(small.paths.logs, 'metrics-2026-01-10.jsonl'), 10);
    const fill = () => writeFileSync(join(home, 'rest'), Buffer.alloc(20 * 2 ** 20));
    expect(fill).toThrow('ENOSPC');
    const outcome = await small.run('free_disk');
    expect(outcome).toEqual({ kind: 'done', detail: expect.stringMatching(/freed 6\.0 MiB in 2 old files/) });
    expect(readdirSync(small.paths.logs)).toEqual(['metrics-2026-01-10.jsonl']);
    writeFileSync(join(home, 'now'), Buffer.alloc(2 ** 20));
  });

  it('gives up the logs of this week only while the disk is nearly full', async () => {
    old(join(own.world.paths.logs, 'nanoclaw.2026-01-09.1.log'), 2);
    expect(await own.world.run('free_disk')).toMatchObject({ kind: 'nothing_to_do' });
    if (!isRoot) return;
    const home = mountSmall();
    const small = new RemedyHome(own.installation, {}, home);
    old(join(small.paths.logs, 'nanoclaw.2026-01-09.1.log'), 2, 2 ** 20);
    old(join(small.paths.logs, 'nanoclaw.2026-01-10.1.log'), 0, 2 ** 20);
    writeFileSync(join(home, 'rest'), Buffer.alloc(13 * 2 ** 20));
    expect(await small.run('free_disk')).toMatchObject({ kind: 'done' });
    expect(readdirSync(small.paths.logs)).toEqual(['nanoclaw.2026-01-10.1.log']);
    expect(await small.run('free_disk')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('takes what our scripts and agents left, and nothing of others', async () => {
    const temporary = join(own.world.paths.home, 'tmp');
    const logs = join(own.world.paths.group('main'), 'logs');
    for (const folder of [
      join(temporary, 'nanoclaw-build.abc'),
      join(temporary, 'other.abc'),
      logs,
      own.world.paths.backups,
    ])
      mkdirSync(folder, { recursive: true });
    old(join(temporary, 'nanoclaw-build.abc', 'runner.js'), 1);
    for (const name of ['nanoclaw-build.abc', 'other.abc']) age(join(temporary, name), 1);
    old(join(logs, 'container-1.log'), 8);
    old(join(logs, 'container-2.log'), 6);
    old(join(own.world.paths.group('main'), 'CLAUDE.md'), 400);
    old(join(own.world.paths.backups, 'messages-2026-01-01.db'), 400);
    old(join(own.world.paths.backups, 'messages-2026-01-02.db.part'), 1);
    expect(await own.world.run('free_disk')).toMatchObject({
      kind: 'done',
      detail: expect.stringContaining('3 old'),
    });
    expect(readdirSync(temporary)).toEqual(['other.abc']);
    expect(readdirSync(logs)).toEqual(['container-2.log']);
    expect(readdirSync(own.world.paths.backups)).toEqual(['messages-2026-01-01.db']);
  });

  it('counts the build cache that the engine removed', async () => {
    const docker = { ...quietEngine, pruneBuildCache: async () => 3 * 2 ** 30 };
    const outcome = await new RemedyHome(own.installation, { docker }, `${own.world.paths.home}-b`).run(
      'free_disk',
    );
    rmSync(`${own.world.paths.home}-b`, { recursive: true });
    expect(outcome.detail).toContain('3.0 GiB of build cache');
  });
});

describe('build_image', () => {
  const tag = `nanoclaw-remedy-test:${process.pid}`;
  const docker = new SocketDockerEngine('/var/run/docker.sock');
  const noDeadline = new AbortController().signal;
  const settings = () => ({ opsPort: 1, image: tag, copilotUrl: null });

  it(
    'builds an image that is missing, and only then',
    async () => {
      own.cleanUp.push(() => execFileSync('docker', ['image', 'rm', tag], { stdio: 'ignore' }));
      const home = new RemedyHome(
        REPOSITORY,
        { docker, settings, environment: process.env },
        own.world.paths.home,
      );
      expect(await docker.hasImage(tag, noDeadline)).toBe(false);
      expect(await home.run('build_image')).toMatchObject({ kind: 'done' });
      expect(await docker.hasImage(tag, noDeadline)).toBe(true);
      expect(await home.run('build_image')).toMatchObject({ kind: 'nothing_to_do' });
    },
    BUILD_LIMIT_MS,
  );

  it('says with the last line of the build why it failed, and what an engine that is away means', async () => {
    const place = mkdtempSync(join(tmpdir(), 'nanoclaw-build-place-'));
    own.cleanUp.push(() => rmSync(place, { recursive: true }));
    mkdirSync(join(place, 'container'));
    writeFileSync(join(place, 'container', 'build.sh'), 'echo no base image >&2; exit 3');
    const home = new RemedyHome(place, { docker, settings }, `${own.world.paths.home}-j`);
    own.cleanUp.push(() => home.remove());
    expect(await home.run('build_image')).toEqual({
      kind: 'failed',
      detail: 'container/build.sh failed with code 3: no base image',
    });
    const away = new SocketDockerEngine(join(own.world.paths.home, 'no.sock'));
    const without = new RemedyHome(place, { docker: away, settings }, `${own.world.paths.home}-k`);
    own.cleanUp.push(() => without.remove());
    expect(await without.run('build_image')).toEqual({
      kind: 'failed',
      detail: 'the Docker engine does not answer (ENOENT)',
    });
  });
});
