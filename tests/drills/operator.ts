/** What a person wants is no fault. */
import { rmSync, writeFileSync } from 'node:fs';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const NO_FAULT = { causes: [], tier: null, pages: 0 } as const;
/** The supervisor looks at the file of the window this often, and once more, seconds. */
const WINDOW_SECONDS = 7;

async function restartedByCli(scene: Scene): Promise<void> {
  check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
  await scene.state('up');
}

export const OPERATOR_DRILLS: readonly Drill[] = [
  {
    name: 'operator-stop',
    rows: [98],
    about: 'a person ends it with SIGTERM: it stays down without an incident, and comes back when asked to',
    expected: NO_FAULT,
    async run(scene) {
      await scene.kill('SIGTERM');
      await scene.state('stopped');
      await scene.quiet(3);
      await scene.state('stopped');
      await restartedByCli(scene);
    },
  },
  {
    name: 'paused',
    rows: [99],
    about:
      'paused by a person: a crash is left alone and nobody is called; it is started when the pause ends',
    expected: NO_FAULT,
    async run(scene) {
      check((await scene.installation.cli('pause', '10m')).code === 0, 'the pause was refused');
      await scene.kill();
      await scene.quiet(4);
      const status = await scene.status(({ service }) => service.state !== 'up', 'it still seems to be up');
      check(status.service.pid === null, 'it was restarted in the pause');
      check((await scene.installation.cli('resume')).code === 0, 'the pause could not be ended');
      await scene.state('up');
    },
  },
  {
    name: 'deploy-window',
    rows: [99],
    about: 'files are exchanged in a deploy window: a crash in it is left alone, and started when it is over',
    expected: NO_FAULT,
    async run(scene) {
      const { deployWindow } = scene.installation.paths;
      writeFileSync(deployWindow, JSON.stringify({ until: Date.now() + 600_000 }));
      await scene.status(({ pause }) => pause !== null, 'the window was not seen');
      await scene.kill();
      await scene.quiet(WINDOW_SECONDS);
      const status = await scene.status(({ service }) => service.state !== 'up', 'it still seems to be up');
      check(status.service.pid === null, 'it was restarted in the window');
      rmSync(deployWindow);
      await scene.state('up');
    },
  },
  {
    name: 'restart-mid-turn',
    rows: [100],
    about: 'a person restarts it while it answers: the answer comes, once',
    expected: NO_FAULT,
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.world.anthropic.misbehave({ kind: 'slow', headersMs: 4000, times: 1 });
      const asked = scene.world.anthropic.requests.length;
      scene.ask();
      await scene.until(() => scene.world.anthropic.requests.length > asked, 'the turn never began');
      await scene.inject(() => restartedByCli(scene));
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.quiz.settled(PATIENCE_SECONDS);
    },
  },
];
