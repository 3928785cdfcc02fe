/** Faults of the supervisor itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { check, type Drill } from './drill.ts';
import { DRILL_POLICY } from './open-scene.ts';
import { agentsOf, processesOf, signalAll } from './processes.ts';
import { PATIENCE_SECONDS } from './scene.ts';

const SUPERVISOR = fileURLToPath(new URL('../../dist/supervisor.js', import.meta.url));
/** From the fault to the supervisor's own death, milliseconds: in every step of the incident. */
const MOMENTS_MS = [0, 30, 100, 300, 1000, 3000] as const;
const DAY_MS = 86_400_000;
/** The probe of the clock looks every ten seconds, here five times as often. */
const JUMP_SEEN_SECONDS = 3;

export const SUPERVISOR_DRILLS: readonly Drill[] = [
  {
    name: 'supervisor-killed',
    rows: [15],
    about: 'the supervisor dies: questions are answered meanwhile, the next one adopts what runs',
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const { installation } = scene;
      const pid = installation.pid();
      await scene.inject(() => scene.killSupervisor());
      await scene.askEverywhere();
      installation.start();
      const { service } = await installation.up({ seconds: PATIENCE_SECONDS });
      check(service.pid === pid, `pid ${pid} was replaced by ${service.pid}`);
    },
  },
  {
    name: 'supervisor-killed-mid-incident',
    rows: [15],
    about: 'it dies in every step of an incident: each goes on where it was, none is doubled',
    scene: {
      policy: { flap: { count: 100 }, restart: { backoffSeconds: [0.5], budget: 100, windowSeconds: 60 } },
    },
    expected: { causes: MOMENTS_MS.map(() => 'crash' as const), tier: 1, pages: 0, seenByNext: true },
    async run(scene) {
      const { installation } = scene;
      for (const [index, moment] of MOMENTS_MS.entries()) {
        const pid = installation.pid();
        const first = scene.injectedAt;
        await scene.kill();
        scene.injectedAt = first ?? scene.injectedAt;
        await scene.quiet(moment / 1000);
        await scene.killSupervisor();
        installation.start();
        await installation.up({ not: pid, seconds: PATIENCE_SECONDS });
        await scene.healed(index + 1);
      }
    },
  },
  {
    name: 'both-killed',
    rows: [16],
    about: 'both processes die at once: the next supervisor finds it, one incident',
    expected: { causes: ['crash'], tier: 1, pages: 0, seenByNext: true },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.killBoth();
      scene.installation.start();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
    },
  },
  {
    name: 'suspended',
    rows: [20],
    about:
      'the machine sleeps for longer than a hang may take: nobody is at fault when it wakes, nothing is restarted',
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      const all = [...processesOf(scene.home), ...agentsOf(scene.home)];
      await scene.inject(() => signalAll(all, 'SIGSTOP'));
      await scene.quiet(1.5 * DRILL_POLICY.hang.limitSeconds);
      // The supervisor among the first: it sees the others' silence before they can break it.
      signalAll(all, 'SIGCONT');
      await scene.askEverywhere();
      check(scene.installation.pid() === pid, 'the orchestrator was replaced');
    },
  },
  {
    name: 'clock-jumps',
    rows: [20],
    about:
      'the clock is set a day ahead, two days back, and right: nothing is restarted, all is answered once and in order',
    scene: { platforms: ['slack', 'discord'] },
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      for (const days of [1, -1, 0]) {
        await scene.inject(() => scene.jumpClock(days * DAY_MS));
        await scene.quiet(JUMP_SEEN_SECONDS);
        await scene.askEverywhere();
      }
      check(scene.installation.pid() === pid, 'the orchestrator was replaced');
    },
  },
  {
    name: 'two-supervisors',
    rows: [17],
    about: 'a second supervisor on one home ends at once with a code of its own; the first is not disturbed',
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      const { env } = scene.installation;
      const second = spawn(process.execPath, [SUPERVISOR], { env, stdio: 'ignore' });
      const [code] = await once(second, 'exit');
      check(code === 75, `the second one ended with code ${code}, expected was 75`);
      check(scene.installation.pid() === pid, 'the orchestrator was replaced');
    },
  },
];
