/** Agents in containers of a real Docker engine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOG_LIMIT_BYTES, LOG_LIMIT_NOTE } from '../../container/agent-log.ts';
import { createDockerSandbox } from '../../container/docker.ts';
import { SYSTEM_SOCKET } from '../../contracts/docker-host.ts';
import { Door } from '../drills/door.ts';
import { ContainerWorld, execute, importTinyImage, waitUntil } from './container-world.ts';

const image = `nanoclaw-test-tiny:${process.pid}`;
const installation = `test-${process.pid}`;
const sandboxOf = (home: string, name = image) =>
  createDockerSandbox({ installation: home, image: name, socketPath: null });
/** No test here needs more than two seconds on an idle machine. */
vi.setConfig({ testTimeout: 60_000 });
const signal = AbortSignal.timeout(60_000);
let world: ContainerWorld;

beforeAll(async () => {
  world = await ContainerWorld.create();
  await importTinyImage(image);
});

afterAll(async () => {
  for (const home of [installation, `${installation}-other`]) {
    const agents = await sandboxOf(home).survivors(signal);
    await Promise.all(agents.map((agent) => agent.stop(0)));
  }
  // An agent that has ended may still be on the engine's list.
  await execute('docker', ['image', 'rm', '--force', image]);
  await world.destroy();
});

const containers = async () => (await execute('docker', ['ps', '-a', '--format', '{{.Names}}'])).stdout;

describe('check', () => {
  it('is content with an engine that answers and an image that is there', async () => {
    expect(await sandboxOf(installation).check(signal)).toMatchObject({ ok: true });
  });

  it('names the command that builds a missing image', async () => {
    expect(await sandboxOf(installation, 'nanoclaw-test-none:1').check(signal)).toEqual({
      ok: false,
      code: 'image_missing',
      reason: 'There is no image nanoclaw-test-none:1. Run: ./container/build.sh',
    });
  });

  it('names the command that starts a missing engine', async () => {
    const socketPath = join(world.folder, 'none.sock');
    const sandbox = createDockerSandbox({ installation, image, socketPath });
    expect(await sandbox.check(signal)).toMatchObject({ ok: false, code: 'engine_unreachable' });
  });
});

describe('an agent', () => {
  it('runs with its folders, its user and its time zone, and its end is told with the code', async () => {
    const script =
      'id -u; echo hello > /workspace/group/out; echo "$TZ $HOME $CLAUDE_CONFIG_DIR"; pwd; exit 7';
    const spec = await world.agent(script);
    const agent = await sandboxOf(installation).start(spec, signal);
    expect(agent.name).toBe(`nanoclaw-family-${spec.agentId}`);
    expect(await agent.exited).toEqual({
      code: 7,
      signal: null,
      oomKilled: false,
      detail: 'exited with code 7',
    });
    expect(await world.logOf(spec)).toBe(
      `${spec.uid}\nAsia/Seoul /home/node /home/node/.claude\n/workspace/group\n`,
    );
    expect(await containers()).not.toContain(spec.agentId);
  });

  it('can write nowhere but in its folders and scratch space, and cannot touch its logs', async () => {
    const tries = ['/x', '/etc/x', '/run/nanoclaw/x', '/workspace/group/logs/x', '/tmp/x', '/home/node/x'];
    const script = tries.map((path) => `touch ${path} 2>/dev/null && echo "wrote ${path}"`).join('\n');
    const spec = await world.agent(`${script}\nmv /workspace/group/logs /workspace/group/l || echo stays\n`);
    await (await sandboxOf(installation).start(spec, signal)).exited;
    const log = await world.logOf(spec);
    expect(log.match(/wrote .*/g)).toEqual(['wrote /tmp/x', 'wrote /home/node/x']);
    expect(log).toContain('stays');
  });

  it('has no network but its own loopback and no capability', async () => {
    const spec = await world.agent('ls /sys/class/net; cat /proc/self/status');
    await (await sandboxOf(installation).start(spec, signal)).exited;
    const log = await world.logOf(spec);
    expect(log).toMatch(/^lo\n(?!\w+\n)/);
    expect(log).toMatch(/CapBnd:\s*0{16}/);
    expect(log).toMatch(/NoNewPrivs:\s*1/);
    expect(log).toMatch(/Seccomp:\s*2/);
  });

  it('that takes too much memory is ended, and this is told', async () => {
    const spec = await world.agent('dd if=/dev/zero of=/dev/null bs=200M count=1');
    const exit = await (await sandboxOf(installation).start(spec, signal)).exited;
    expect(exit).toEqual({
      code: 137,
      signal: 'SIGKILL',
      oomKilled: true,
      detail: 'ended by its memory limit',
    });
  });

  it('is stopped by TERM when it listens, and by KILL after the grace when it does not', async () => {
    const wait = 'touch /workspace/group/up; while :; do sleep 0.05; done';
    const specs = [
      await world.agent(`trap 'exit 5' TERM; ${wait}`),
      await world.agent(`trap '' TERM; ${wait}`),
    ];
    const [gentle, stubborn] = await Promise.all(
      specs.map((spec) => sandboxOf(installation).start(spec, signal)),
    );
    for (const { groupDir } of specs) await waitUntil(`[ -e ${groupDir}/up ]`);
    await Promise.all([gentle?.stop(5000), gentle?.stop(5000), stubborn?.stop(1000)]);
    expect(await gentle?.exited).toMatchObject({ code: 5 });
    expect(await stubborn?.exited).toMatchObject({ code: 137, signal: 'SIGKILL', oomKilled: false });
    await gentle?.stop(1000);
  });

  it('whose output has no end fills its log to the limit and is told so there', async () => {
    const spec = await world.agent(
      `yes ${'x'.repeat(999)} | head -c ${LOG_LIMIT_BYTES + 1_000_000}; echo end`,
    );
    await (await sandboxOf(installation).start(spec, signal)).exited;
    const log = await world.logOf(spec);
    expect(log.length).toBe(LOG_LIMIT_BYTES + LOG_LIMIT_NOTE.length);
    expect(log.endsWith(LOG_LIMIT_NOTE)).toBe(true);
  });

  it('is refused when one of its folders is a link, and nothing is left of it', async () => {
    const spec = await world.agent('exit 0');
    await execute('ln', ['-s', spec.groupDir, `${spec.groupDir}-link`]);
    const start = sandboxOf(installation).start({ ...spec, claudeDir: `${spec.groupDir}-link` }, signal);
    await expect(start).rejects.toMatchObject({ code: 'source_is_link' });
    expect(await containers()).not.toContain(spec.agentId);
  });
});

describe('survivors', () => {
  it('finds the running agents of this installation, removes ended ones, and leaves others alone', async () => {
    const other = await sandboxOf(`${installation}-other`).start(await world.agent('sleep 60'), signal);
    const spec = await world.agent(
      'echo one; while [ ! -e /workspace/group/go ]; do sleep 0.05; done; echo two; exit 3',
    );
    const before = await sandboxOf(installation).start(spec, signal);
    const left = `nanoclaw-left-${process.pid}`;
    const label = `nanoclaw.installation=${installation}`;
    await execute('docker', ['create', '--name', left, '--label', label, image]);

    const after = sandboxOf(installation);
    const found = await after.survivors(signal);
    expect(found.map(({ agentId, group }) => ({ agentId, group }))).toEqual([
      { agentId: spec.agentId, group: 'family' },
    ]);
    expect(await after.survivors(signal)).toEqual(found);
    const names = await containers();
    expect(names).toContain(other.agentId);
    expect(names).not.toContain(left);

    await execute('touch', [join(spec.groupDir, 'go')]);
    expect(await found[0]?.exited).toMatchObject({ code: 3 });
    await before.exited;
    expect(await world.logOf(spec)).toContain('two');
    await other.stop(0);
  });
});

it('an agent that outlives a break of the connection to its engine is heard of again', async () => {
  const path = join(world.folder, 'engine.sock');
  const door = new Door({ path }, { path: SYSTEM_SOCKET });
  await door.open();
  const groupDir = '/workspace/group';
  const spec = await world.agent(
    `touch ${groupDir}/up; until [ -e ${groupDir}/end ]; do sleep 0.05; done; exit 3`,
  );
  const sandbox = createDockerSandbox({ installation, image, socketPath: path });
  const agent = await sandbox.start(spec, signal);
  await waitUntil(`[ -e ${spec.groupDir}/up ]`);
  await sandbox.check(signal); // by now the engine has begun its answer about the end
  await door.shut();
  await door.open();
  await writeFile(join(spec.groupDir, 'end'), '');
  expect(await agent.exited).toMatchObject({ code: 3 });
  expect(await containers()).not.toContain(spec.agentId);
  await door.shut();
});
