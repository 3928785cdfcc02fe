/** Faults of the Docker engine, seen through a door to the machine's real one: what is cut is the way, not the engine. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Door } from './door.ts';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const ENGINE = '/var/run/docker.sock';
const IMAGE = 'nanoclaw-agent:latest';

/** Whether agents can run in Docker here. */
export function hasEngine(): boolean {
  try {
    const found = execFileSync('docker', ['images', '--quiet', IMAGE], { encoding: 'utf8', timeout: 30_000 });
    return found.trim() !== '';
  } catch {
    return false; // no engine, or no right to use it
  }
}

/** An installation whose agents run in containers, and the door it reaches the engine by. */
async function openWithEngine(scene: Scene): Promise<Door> {
  const { installation } = scene;
  const path = join(scene.home, 'engine.sock');
  const door = new Door({ path }, { path: ENGINE });
  installation.env.DOCKER_HOST = `unix://${path}`;
  await door.open();
  // Nobody inside is cut off: a container whose end is not heard of would stay.
  scene.beforeEnd(() => door.open());
  scene.atEnd(() => door.shut());
  await scene.open();
  return door;
}

export const ENGINE_DRILLS: readonly Drill[] = [
  {
    name: 'engine-down',
    rows: [36],
    about:
      'the Docker engine is away: one page that says what to type; when it is back all is answered, once',
    needs: 'docker',
    scene: { startsItself: true, env: { NANOCLAW_SANDBOX: 'docker' } },
    expected: { causes: ['docker_down'], tier: 2, pages: 1 },
    async run(scene) {
      const door = await openWithEngine(scene);
      const pid = scene.installation.pid();
      await scene.inject(() => door.shut());
      scene.ask();
      await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      await door.open();
      await scene.healed();
      await scene.quiz.settled(PATIENCE_SECONDS);
      check(scene.installation.pid() === pid, 'the orchestrator was restarted for it');
    },
  },
];
