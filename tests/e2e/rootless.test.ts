/** A whole installation of an ordinary user whose Docker engine runs without root, on a machine without limits for it. */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDockerSandbox } from '../../container/docker.ts';
import { call } from '../world/anthropic-script.ts';
import { ATTEMPTS_ON_HOST, BECOMING_ROOT, expectNothing } from './attempts-on-host.ts';
import { addGroup, run, SAY_GOT, type Scene, setScene } from './intruder.ts';
import { IMAGE, RootlessEngine, USER, whyNoEngine } from './rootless/engine.ts';
import { until } from './until.ts';

const missing = whyNoEngine();
if (missing !== null) console.warn(`No engine without root can be started here: ${missing}`);
let engine: RootlessEngine;
let scene: Scene;

const LACKING = [
  'The engine cannot limit CPU',
  'The engine cannot limit memory',
  'The engine cannot count an agent’s processes',
];
const agents = () => engine.docker('ps', '--quiet', '--filter', 'label=nanoclaw.group=team').trim();

/** Has the agent work until it is told that all is over; resolves when it has begun. */
async function beginWork(): Promise<{ finish(): Promise<string> }> {
  const group = scene.installation.paths.group('team');
  const [begun, over] = [join(group, 'begun'), join(group, 'over')];
  for (const file of [begun, over]) rmSync(file, { force: true });
  const answer = scene.installation.cli('chat', '--once', 'keep working', '--chat', 'team');
  const explain = () => scene.installation.output.slice(-2000);
  await until(() => existsSync(begun), 60, explain);
  const finish = async () => {
    writeFileSync(over, '');
    return (await answer).stdout;
  };
  return { finish };
}

describe.skipIf(missing !== null)(
  `an engine without root${missing === null ? '' : `: skipped, ${missing}`}`,
  () => {
    beforeAll(async () => {
      engine = await RootlessEngine.start();
      await engine.load();
      scene = await setScene({ NANOCLAW_SANDBOX: 'auto' }, (installation) => {
        installation.env.XDG_RUNTIME_DIR = engine.runtime; // as a login has it; nothing names the engine
        installation.runAs(USER);
      });
      scene.world.anthropic.script.match((request) => {
        const isWork = JSON.stringify(request.messages).includes('keep working');
        const command = 'touch begun; until [ -e over ]; do sleep 0.1; done; echo survived $((0+1))';
        return isWork ? call('Bash', { command, description: 'work' }) : null;
      });
      expect((await addGroup(scene, 'team')).stderr).toBe('');
    });
    afterAll(async () => {
      await scene?.stop();
      await engine?.stop();
    });

    it('is found, and what it cannot limit is told on the page, in the log and by the doctor', async () => {
      const status = await scene.installation.status();
      const components = status?.service.readiness?.components ?? [];
      const sandbox = components.find(({ name }) => name === 'sandbox:docker');
      expect(sandbox?.state).toBe('degraded');
      const { stdout } = await scene.installation.cli('doctor', '--only', 'sandbox');
      expect(stdout).toContain('docker-rootless');
      expect(stdout).toContain('lacking: cpu, memory, processes');
      for (const words of LACKING) {
        expect(sandbox?.reason).toContain(words);
        expect(scene.installation.output).toContain(words);
      }
    });

    it('gives an agent the group’s folder: what it makes belongs to the user, and the folder is not open to others', async () => {
      const { paths } = scene.installation;
      expect(await run(scene, 'echo mine > made; cat made CLAUDE.md | head -1')).toContain('mine');
      expect(statSync(join(paths.group('team'), 'made'))).toMatchObject({ uid: USER.uid, gid: USER.gid });
      expect(statSync(paths.group('team')).mode & 0o022).toBe(0);
      expect(statSync(paths.agentsRun).mode & 0o022).toBe(0);
    });

    it('keeps it in its place: no network, no capability, nothing of the host', async () => {
      const { paths } = scene.installation;
      const file = join(paths.data, 'secret.txt');
      writeFileSync(file, scene.canary, { mode: 0o644 });
      const tries = ATTEMPTS_ON_HOST.filter(([name]) => name !== BECOMING_ROOT).map(([, , command]) =>
        command({ file, env: paths.env }),
      );
      const others = [
        `[ $(ls /sys/class/net | wc -l) -gt 1 ] && ${SAY_GOT}`,
        `grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status | grep -v 0000000000000000 && ${SAY_GOT}`,
        `grep -q 'NoNewPrivs:.1' /proc/self/status || ${SAY_GOT}; grep -q 'Seccomp:.2' /proc/self/status || ${SAY_GOT}`,
        `curl -s -m 3 --noproxy '*' http://10.0.2.2:${scene.closed.port}/ && ${SAY_GOT}`,
        `cat ${engine.socketPath} /host${engine.socketPath} && ${SAY_GOT}`,
      ];
      const printed = await run(
        scene,
        [...tries, ...others].map((command) => `(${command}) 2>&1 | tail -c 150`).join('\n'),
      );
      expectNothing(scene, printed);
      expect(scene.closed.hits).toEqual([]);
    });

    it('ends a flood of processes at the limit that all agents share, and the agent goes on', async () => {
      const flood =
        'import threading as t\nt.stack_size(65536)\nover=t.Event()\nn=0\ntry:\n  while n<6000:\n    t.Thread(target=over.wait).start()\n    n+=1\nexcept RuntimeError: pass\nprint("threads", n)\nover.set()';
      await run(scene, 'true'); // so that there is an agent
      const printed = engine.docker('exec', agents(), 'python3', '-c', flood);
      const [, threads] = /threads (\d+)/.exec(printed) ?? [];
      expect(Number(threads), printed).toBeGreaterThan(1000);
      expect(Number(threads), printed).toBeLessThan(4096);
      expect(await run(scene, 'echo alive')).toContain('alive');
    });

    it('leaves an agent to the next orchestrator, which takes its answer', async () => {
      const pid = scene.installation.pid();
      const { finish } = await beginWork();
      const agent = agents();
      process.kill(pid, 'SIGKILL');
      await scene.installation.up({ not: pid });
      expect(await finish()).toContain('survived 1');
      expect(agents()).toBe(agent);
    });

    it('does not know whether a killed agent was out of memory; this is said, and its turn is tried again', async () => {
      const { finish } = await beginWork();
      engine.docker('kill', agents());
      expect(await finish()).toContain('survived 1');
      expect(scene.installation.output).toContain('perhaps for memory, which this engine cannot tell');
    });

    it('is refused by an orchestrator of another user, whose folders it could not give', async () => {
      const { socketPath } = engine;
      const sandbox = createDockerSandbox({ installation: 'other', image: IMAGE, socketPath });
      expect(await sandbox.check(AbortSignal.timeout(15_000))).toEqual({
        ok: false,
        code: 'engine_forbidden',
        reason: expect.stringContaining(`as user ${USER.uid}`),
      });
    });

    it('has no container left when the service stops', async () => {
      expect(agents()).not.toBe('');
      await scene.installation.halt();
      expect(engine.docker('ps', '--all', '--quiet')).toBe('');
    });
  },
);
