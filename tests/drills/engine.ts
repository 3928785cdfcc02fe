/** Faults of the Docker engine, seen through a door to the machine's real one: what is cut is the way, not the engine. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
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

class EngineDoor {
  readonly #through = new Set<Socket>();
  #server: Server | null = null;

  constructor(readonly path: string) {}

  async open(): Promise<void> {
    const server = createServer((caller) => this.#lead(caller)).listen(this.path);
    this.#server = server;
    await once(server, 'listening');
  }

  /** Who is inside is cut off, and nobody else gets in. */
  async shut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#through) socket.destroy();
    await closed;
  }

  #lead(caller: Socket): void {
    const engine = connect(ENGINE);
    for (const [from, to] of [
      [caller, engine],
      [engine, caller],
    ] as const) {
      this.#through.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy()); // cut by us, or by either side's end
      from.on('close', () => {
        this.#through.delete(from);
        to.destroy();
      });
    }
  }
}

/** An installation whose agents run in containers, and the door it reaches the engine by. */
async function openWithEngine(scene: Scene): Promise<EngineDoor> {
  const { installation } = scene;
  const door = new EngineDoor(join(scene.home, 'engine.sock'));
  installation.env.DOCKER_HOST = `unix://${door.path}`;
  await door.open();
  scene.beforeEnd(() => door.shut().then(() => door.open()));
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
