import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTROL_PATHS } from '../../contracts/control.ts';
import { SocketDockerEngine } from '../../supervisor/docker-engine.ts';
import type { Privileged } from '../../supervisor/ports/privileged.ts';
import { until } from '../e2e/until.ts';
import { noHelper, quietEngine, RemedyHome, useRemedyHome } from './fixtures/remedy-home.ts';

const own = useRemedyHome();

describe('restore_config', () => {
  const broken =
    'TZ=Nowhere/Land\nNANOCLAW_PORT=9000\nSLACK_BOT_TOKEN=xoxb-planted-secret\nxapp-planted-secret\n';
  const good = 'TZ=Asia/Seoul\nNANOCLAW_PORT=9000\nDISCORD_BOT_TOKEN=planted-secret\n';
  const write = (path: string, text: string, mode = 0o600) => {
    writeFileSync(path, text, { mode });
    chmodSync(path, mode);
  };
  const keptFiles = () => readdirSync(own.world.paths.home).filter((name) => name.startsWith('.env.'));

  it('replaces a refused .env by the one that worked, keeps both, and names settings without their values', async () => {
    write(own.world.paths.env, broken);
    write(own.world.paths.lastKnownGoodEnv, good);
    const outcome = await own.world.run('restore_config');
    expect(outcome).toMatchObject({ kind: 'done' });
    expect(outcome.detail).toContain('only in the broken one: SLACK_BOT_TOKEN');
    expect(outcome.detail).toContain('only in the good one: DISCORD_BOT_TOKEN');
    expect(outcome.detail).not.toContain('planted-secret');
    expect(readFileSync(own.world.paths.env, 'utf8')).toBe(good);
    const [kept = ''] = keptFiles();
    expect(readFileSync(join(own.world.paths.home, kept), 'utf8')).toBe(broken);
    expect(statSync(join(own.world.paths.home, kept)).mode & 0o777).toBe(0o600);
    expect(statSync(own.world.paths.env).mode & 0o777).toBe(0o600);
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('never touches an edit that the orchestrator accepts', async () => {
    write(own.world.paths.env, 'TZ=Europe/Paris\n');
    write(own.world.paths.lastKnownGoodEnv, good);
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'nothing_to_do' });
    expect(readFileSync(own.world.paths.env, 'utf8')).toBe('TZ=Europe/Paris\n');
  });

  it('puts a lost .env back, and closes one that is open to others', async () => {
    write(own.world.paths.lastKnownGoodEnv, good);
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'done' });
    expect(readFileSync(own.world.paths.env, 'utf8')).toBe(good);
    chmodSync(own.world.paths.env, 0o644);
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'done' });
    expect(statSync(own.world.paths.env).mode & 0o777).toBe(0o600);
  });

  it('leaves a refused .env for a person when none is known to have worked, or that one is refused too', async () => {
    write(own.world.paths.env, broken);
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'failed' });
    write(own.world.paths.lastKnownGoodEnv, 'NANOCLAW_PORT=none\n');
    expect(await own.world.run('restore_config')).toMatchObject({ kind: 'failed' });
    expect(readFileSync(own.world.paths.env, 'utf8')).toBe(broken);
    expect(keptFiles()).toEqual([]);
  });
});

describe('rollback_release', () => {
  function releases(...ids: string[]): string {
    const place = mkdtempSync(join(tmpdir(), 'nanoclaw-releases-'));
    own.cleanUp.push(() => rmSync(place, { recursive: true }));
    for (const id of ids) {
      mkdirSync(join(place, 'releases', id), { recursive: true });
      for (const program of ['index.js', 'cli.js']) writeFileSync(join(place, 'releases', id, program), '');
    }
    return place;
  }
  const runIn = (place: string) =>
    new RemedyHome(
      own.installation,
      { ...own.world.parts, installation: place },
      mkdtempSync(join(place, 'home-')),
    ).run('rollback_release');

  it('switches dist back to the release before, once', async () => {
    const place = releases('one', 'two');
    symlinkSync('releases/two', join(place, 'dist'));
    symlinkSync('one', join(place, 'releases', 'previous'));
    expect(await runIn(place)).toEqual({ kind: 'done', detail: 'went back from release two to one' });
    expect(realpathSync(join(place, 'dist'))).toBe(realpathSync(join(place, 'releases', 'one')));
    expect(realpathSync(join(place, 'releases', 'rolled-back'))).toContain('two');
    expect(await runIn(place)).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('leaves a release that an update never finished', async () => {
    const place = releases('one');
    symlinkSync('releases/two', join(place, 'dist'));
    symlinkSync('one', join(place, 'releases', 'previous'));
    expect(await runIn(place)).toMatchObject({ kind: 'done' });
    expect(existsSync(join(place, 'dist', 'index.js'))).toBe(true);
  });

  it('has nothing to do in a checkout, and refuses a release that is not whole', async () => {
    const place = releases('two');
    mkdirSync(join(place, 'dist'));
    expect(await runIn(place)).toMatchObject({ kind: 'nothing_to_do' });
    rmSync(join(place, 'dist'), { recursive: true });
    symlinkSync('releases/two', join(place, 'dist'));
    expect(await runIn(place)).toMatchObject({ kind: 'nothing_to_do' });
    mkdirSync(join(place, 'releases', 'one'));
    symlinkSync('one', join(place, 'releases', 'previous'));
    expect(await runIn(place)).toMatchObject({ kind: 'failed' });
    expect(existsSync(join(place, 'dist', 'index.js'))).toBe(true);
  });
});

describe('an order to the orchestrator', () => {
  let server: Server;
  const heard: string[] = [];

  beforeEach(async () => {
    heard.length = 0;
    server = createServer(async (req, res) => {
      let body = '';
      for await (const part of req) body += part;
      heard.push(`${req.url} ${body}`);
      res.end(JSON.stringify({ kind: 'done', detail: 'so it is' }));
    });
    await new Promise<void>((resolve) => server.listen(own.world.paths.controlSocket, resolve));
  });
  afterEach(() => server.close());

  it('is given over its control socket, with its answer as the outcome', async () => {
    expect(await own.world.run('reconnect_channel', 'slack')).toEqual({ kind: 'done', detail: 'so it is' });
    expect(await own.world.run('stop_agent', 'main')).toEqual({ kind: 'done', detail: 'so it is' });
    expect(await own.world.run('stop_agent')).toEqual({ kind: 'done', detail: 'so it is' });
    expect(heard).toEqual([
      `${CONTROL_PATHS.reconnectChannel} {"channel":"slack"}`,
      `${CONTROL_PATHS.stopAgent} {"folder":"main"}`,
      `${CONTROL_PATHS.stopAgent} {}`,
    ]);
  });

  it('fails without a target, and when no orchestrator answers', async () => {
    expect(await own.world.run('reconnect_channel')).toMatchObject({ kind: 'failed' });
    expect(heard).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
    expect(await own.world.run('reconnect_channel', 'slack')).toEqual({
      kind: 'failed',
      detail: 'the orchestrator takes no orders (ENOENT)',
    });
  });
});

describe('restarting what we depend on', () => {
  it('tells what to type where there is no helper, and leaves alone what answers', async () => {
    const away = new SocketDockerEngine(join(own.world.paths.home, 'no.sock'));
    const home = new RemedyHome(
      own.installation,
      { docker: away, privileged: noHelper },
      `${own.world.paths.home}-d`,
    );
    own.cleanUp.push(() => home.remove());
    const outcome = await home.run('restart_docker');
    expect(outcome).toEqual({
      kind: 'failed',
      detail: expect.stringContaining('sudo systemctl restart docker'),
    });
    expect(await own.world.run('restart_docker')).toMatchObject({ kind: 'nothing_to_do' });
    expect(await own.world.run('restart_copilot')).toMatchObject({ kind: 'nothing_to_do' });
  });

  it('asks the helper for copilot-api and waits until it answers', async () => {
    const server = createServer((_req, res) => res.end('Server running'));
    own.cleanUp.push(() => server.close());
    const port = await new Promise<number>((resolve) => {
      const probe = createTcpServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as AddressInfo;
        probe.close(() => resolve(port));
      });
    });
    const asked: string[] = [];
    const privileged: Privileged = {
      async restart(unit) {
        asked.push(unit);
        setTimeout(() => server.listen(port, '127.0.0.1'), 100);
        return { kind: 'done', detail: 'restarted' };
      },
    };
    const settings = () => ({ opsPort: 1, image: '', copilotUrl: `http://127.0.0.1:${port}` });
    const home = new RemedyHome(own.installation, { privileged, settings }, `${own.world.paths.home}-c`);
    own.cleanUp.push(() => home.remove());
    expect(await home.run('restart_copilot')).toMatchObject({ kind: 'done' });
    expect(asked).toEqual(['copilot-api']);
  });
});

it('a remedy that its caller calls off ends at once and kills what it runs', async () => {
  const place = mkdtempSync(join(tmpdir(), 'nanoclaw-build-place-'));
  own.cleanUp.push(() => rmSync(place, { recursive: true }));
  mkdirSync(join(place, 'container'));
  writeFileSync(join(place, 'container', 'build.sh'), 'sleep 100 & echo $! >"$NANOCLAW_HOME/pid"; wait');
  const docker = { ...quietEngine, hasImage: async () => false };
  const home = new RemedyHome(place, { docker }, `${own.world.paths.home}-x`);
  own.cleanUp.push(() => home.remove());
  const caller = new AbortController();
  const { buildImage } = await import('../../recovery/remedies/build-image.ts');
  const outcome = buildImage(home.parts).run(null, caller.signal);
  const pid = await until(
    () => readIfThere(join(home.paths.home, 'pid')),
    5,
    () => 'it did not start',
  );
  caller.abort();
  expect(await outcome).toEqual({ kind: 'failed', detail: 'it was called off' });
  await until(
    () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'),
    5,
    () => 'left behind',
  );
});

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || null : null;
}
