/** Agents in real bubblewrap sandboxes, as whoever runs the tests. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOG_LIMIT_BYTES, LOG_LIMIT_NOTE } from '../../container/agent-log.ts';
import { createBubblewrapSandbox } from '../../container/bubblewrap.ts';
import type { Sandbox } from '../../container/sandbox.ts';
import { ContainerWorld, execute, waitUntil } from './container-world.ts';

/** No test here needs more than two seconds on an idle machine. */
vi.setConfig({ testTimeout: 60_000 });
const signal = AbortSignal.timeout(60_000);
let world: ContainerWorld;
const sandbox = (): Sandbox =>
  createBubblewrapSandbox({ agentsRun: world.agentsRun, program: world.program });

beforeAll(async () => {
  world = await ContainerWorld.create();
  const check = await sandbox().check(signal);
  if (!check.ok) throw new Error(`these tests need bubblewrap: ${check.reason}`);
});

afterAll(async () => {
  const agents = await sandbox().survivors(signal);
  await Promise.all(agents.map((agent) => agent.stop(0)));
  await world.destroy();
});

/** Runs a script to its end and returns its log. */
async function outputOf(script: string): Promise<string> {
  const spec = await world.agent(script);
  await (await sandbox().start(spec, signal)).exited;
  return world.logOf(spec);
}

describe('check', () => {
  it('names the command that builds a missing runner', async () => {
    const program = { ...world.program, runner: '/none/runner.js' };
    const check = await createBubblewrapSandbox({ agentsRun: world.agentsRun, program }).check(signal);
    expect(check).toEqual({
      ok: false,
      code: 'image_missing',
      reason: '/none/runner.js is missing. Run: npm run build',
    });
  });
});

describe('an agent', () => {
  it('runs with its folders, its user and its time zone, and its end is told with the code', async () => {
    const script =
      'id -u; echo hello > /workspace/group/out; echo "$TZ $HOME $CLAUDE_CONFIG_DIR"; pwd; exit 7';
    const spec = await world.agent(script);
    const agent = await sandbox().start(spec, signal);
    expect(await agent.exited).toEqual({
      code: 7,
      signal: null,
      oomKilled: false,
      detail: 'exited with code 7',
    });
    expect(await world.logOf(spec)).toBe(
      '1000\nAsia/Seoul /home/node /home/node/.claude\n/workspace/group\n',
    );
    const { stdout } = await execute('stat', ['-c', '%u', join(spec.groupDir, 'out')]);
    expect(Number(stdout)).toBe(spec.uid);
  });

  it('can write nowhere but in its folders and scratch space, and cannot touch its logs', async () => {
    const tries = [
      '/x',
      '/usr/x',
      '/etc/x',
      '/opt/nanoclaw/x',
      '/run/nanoclaw/x',
      '/workspace/x',
      '/proc/sys/kernel/hostname',
    ];
    const allowed = ['/workspace/group/x', '/tmp/x', '/home/node/x', '/home/node/.claude/x'];
    const script = [...tries, '/workspace/group/logs/x', ...allowed].map(
      (path) => `(echo x > ${path}) 2>/dev/null && echo "wrote ${path}"`,
    );
    const log = await outputOf(
      `${script.join('\n')}\nmv /workspace/group/logs /workspace/group/l || echo stays\n`,
    );
    expect(log.match(/wrote .*/g)).toEqual(allowed.map((path) => `wrote ${path}`));
    expect(log).toContain('stays');
  });

  it('sees no network, no other process, no capability and no descriptor of the host', async () => {
    const log = await outputOf(
      'tail -n +3 /proc/net/dev | cut -d: -f1; ls /proc | grep -c "^[0-9]"; cat /proc/self/status; ls -l /proc/self/fd /proc/$PPID/fd /proc/1/fd',
    );
    expect(log).toMatch(/^ *lo\n\d\n/);
    expect(log).toMatch(/CapEff:\s*0{16}/);
    expect(log).toMatch(/CapPrm:\s*0{16}/);
    expect(log).toMatch(/NoNewPrivs:\s*1/);
    expect(log).not.toMatch(/sandbox|status\.json|\/exit/);
  });

  it('sees nothing of the host’s homes, its /etc/shadow or this checkout', async () => {
    const log = await outputOf(`ls / /etc /home; ls ${process.cwd()} || echo hidden`);
    expect(log).not.toMatch(/root|shadow|srv|var/);
    expect(log).toContain('hidden');
  });

  it('dials a socket in its run folder although the folder is read-only', async () => {
    const dial = `require('net').connect('/run/nanoclaw/link.sock').end('hi')`;
    const spec = await world.agent(`node -e "${dial}"`);
    const server = createServer();
    const heard = new Promise<string>((resolve) => {
      server.on('connection', (socket) => socket.on('data', (data) => resolve(`${data}`)));
    });
    const path = join(spec.runDir, 'link.sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await execute('chown', [`${spec.uid}:${spec.gid}`, path]);
    await (await sandbox().start(spec, signal)).exited;
    expect(await heard).toBe('hi');
    server.close();
  });

  it('is stopped by TERM when it listens, and by KILL after the grace when it does not', async () => {
    const wait = 'touch /workspace/group/up; while :; do sleep 0.05; done';
    const specs = [
      await world.agent(`trap 'exit 5' TERM; ${wait}`),
      await world.agent(`trap '' TERM; ${wait}`),
    ];
    const [gentle, stubborn] = await Promise.all(specs.map((spec) => sandbox().start(spec, signal)));
    for (const { groupDir } of specs) await waitUntil(`[ -e ${groupDir}/up ]`);
    await Promise.all([gentle?.stop(5000), gentle?.stop(5000), stubborn?.stop(300)]);
    expect(await gentle?.exited).toMatchObject({ code: 5 });
    expect(await stubborn?.exited).toMatchObject({ code: 137, signal: 'SIGKILL', oomKilled: false });
    await gentle?.stop(1000);
  });

  it('whose output has no end fills its log to the limit and is told so there', async () => {
    const spec = await world.agent(`yes nanoclaw | head -c ${LOG_LIMIT_BYTES + 1_000_000}; echo end`);
    await (await sandbox().start(spec, signal)).exited;
    const log = await world.logOf(spec);
    expect(log.length).toBe(LOG_LIMIT_BYTES + LOG_LIMIT_NOTE.length);
  });

  it.runIf(process.getuid?.() !== 0)('cannot have more processes than its limit', async () => {
    const log = await outputOf(
      'for i in $(seq 200); do sleep 1 & done; echo "$(ls /proc | grep -c "^[0-9]")"',
    );
    expect(log).toMatch(/fork|Resource temporarily unavailable/);
  });

  it('is refused when one of its folders is a link', async () => {
    const spec = await world.agent('exit 0');
    await execute('ln', ['-s', spec.groupDir, `${spec.groupDir}-link`]);
    const start = sandbox().start({ ...spec, claudeDir: `${spec.groupDir}-link` }, signal);
    await expect(start).rejects.toMatchObject({ code: 'source_is_link' });
  });
});

describe('survivors', () => {
  it('stops an agent whose orchestrator was killed in the middle of its start', async () => {
    const spec = await world.agent('sleep 600');
    await startElsewhereAndKill(spec, 'as it starts');
    const [found] = await sandbox().survivors(signal);
    await found?.stop(500);
    expect(await sandbox().survivors(signal)).toEqual([]);
  });

  it('finds an agent whose orchestrator was killed, and tells its end with the code', async () => {
    const spec = await world.agent(
      'echo one; while [ ! -e /workspace/group/go ]; do sleep 0.05; done; echo two; exit 3',
    );
    await startElsewhereAndKill(spec);
    const after = sandbox();
    const found = await after.survivors(signal);
    expect(found.map(({ agentId, group }) => ({ agentId, group }))).toEqual([
      { agentId: spec.agentId, group: 'family' },
    ]);
    expect(await after.survivors(signal)).toEqual(found);
    await execute('touch', [join(spec.groupDir, 'go')]);
    expect(await found[0]?.exited).toMatchObject({ code: 3 });
    expect(await after.survivors(signal)).toEqual([]);
    expect(await world.logOf(spec)).toContain('two');
  });
});

/** Before anything it has started could run. */
const DIE_AS_IT_STARTS = `import processes from 'node:child_process';
  import { syncBuiltinESMExports } from 'node:module';
  const { spawn } = processes;
  processes.spawn = (...order) => {
    const child = spawn(...order);
    if (order[1].includes('nanoclaw-agent')) process.kill(process.pid, 'SIGKILL');
    return child;
  };
  syncBuiltinESMExports();`;

/** Starts an agent from a process of its own, which is then killed. */
async function startElsewhereAndKill(spec: unknown, when: 'later' | 'as it starts' = 'later'): Promise<void> {
  const options = JSON.stringify({ agentsRun: world.agentsRun, program: world.program });
  const module = join(import.meta.dirname, '../../container/bubblewrap.ts');
  const bundle = join(world.folder, 'elsewhere.mjs');
  await execute('npx', [
    'esbuild',
    module,
    '--bundle',
    '--platform=node',
    '--format=esm',
    `--outfile=${bundle}`,
  ]);
  const code = `${when === 'later' ? '' : DIE_AS_IT_STARTS}
    const { createBubblewrapSandbox } = await import(${JSON.stringify(bundle)});
    const agent = await createBubblewrapSandbox(${options}).start(${JSON.stringify(spec)}, AbortSignal.timeout(20000));
    console.log(agent.name); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (when === 'later') {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
  }
  await gone;
}
