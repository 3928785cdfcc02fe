/** Faults of the orchestrator's start, and what stands in its way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, type Drill } from './drill.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const SLOW_START = fileURLToPath(new URL('../../tests/drills/slow-start.mjs', import.meta.url));
const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
/** Above what a start takes to its next step while thirty programs want two processors. */
const STUCK_SECONDS = 12;

/** A program that is nobody's and listens on a port. */
export async function listenAsStranger(scene: Scene, port: number): Promise<ChildProcess> {
  const program = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('on'))`;
  const stranger = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  scene.atEnd(() => stranger.kill('SIGKILL'));
  if (stranger.stdout !== null) await once(stranger.stdout, 'data');
  return stranger;
}

/** An orchestrator that no supervisor and no unit knows of. */
async function startByHand(scene: Scene): Promise<ChildProcess> {
  const { env, opsPort } = scene.installation;
  const orphan = spawn(process.execPath, [INDEX], { env, stdio: 'ignore' });
  scene.atEnd(() => orphan.kill('SIGKILL'));
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => null))?.ok ?? null;
  await scene.until(isReady, 'it does not start');
  return orphan;
}

export const START_DRILLS: readonly Drill[] = [
  {
    name: 'crash-at-start',
    rows: [12, 79],
    about: 'ten starts in a row fail: one incident, one page, and it comes back when a person asks',
    expected: { causes: ['crash'], tier: 4, pages: 1 },
    async run(scene) {
      scene.spoilStarts('crash', 10);
      await scene.kill();
      await scene.status(
        ({ service, incidents }) => service.state === 'held' && incidents[0]?.pages === 1,
        'no page',
      );
      rmSync(join(scene.home, 'inject-start'), { force: true });
      check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
      await scene.state('up');
      await scene.healed();
      await scene.until(() => scene.told().length >= 2, 'nobody was told that it is well again');
      check(scene.told().length === 2, `${scene.told().length} messages, expected were the page and its end`);
    },
  },
  {
    name: 'slow-start',
    rows: [13],
    about: 'a start takes several times the limit and makes progress all the while: it is left alone',
    scene: {
      startsItself: true,
      policy: {
        start: { stuckSeconds: STUCK_SECONDS },
        supervisedCommand: [process.execPath, SLOW_START, INDEX, String(3 * STUCK_SECONDS)],
      },
    },
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      scene.injectedAt = Date.now();
      const opened = scene.open();
      const first = await scene.status(({ service }) => service.pid !== null, 'it was never started');
      await opened;
      const pid = scene.installation.pid();
      check(first.service.pid === pid, `pid ${first.service.pid} was replaced by ${pid}`);
    },
  },
  {
    name: 'stuck-start',
    rows: [14],
    about: 'a start lives, beats and gets nowhere: it is replaced',
    scene: { policy: { start: { stuckSeconds: STUCK_SECONDS } } },
    expected: { causes: ['crash'], tier: 1, pages: 0, lasts: STUCK_SECONDS + 1 },
    async run(scene) {
      scene.spoilStarts('stuck', 1);
      await scene.kill();
      await scene.status(({ incidents }) => incidents.some(({ cause }) => cause === 'crash'), 'not seen');
      scene.ask();
      const [incident] = await scene.healed();
      const story = JSON.stringify(scene.installation.incident(incident?.id ?? '').events);
      check(story.includes('made no progress'), 'nobody said that the start made no progress');
    },
  },
  {
    name: 'port-of-stranger',
    rows: [19],
    about: 'a stranger holds the port: it is named in one page and left alone',
    expected: { causes: ['port_in_use'], tier: 4, pages: 1 },
    async run(scene) {
      await scene.installation.halt();
      const stranger = await listenAsStranger(scene, scene.installation.opsPort);
      await scene.inject(() => scene.installation.start());
      const held = await scene.status(({ incidents }) => incidents[0]?.pages === 1, 'no page');
      check(stranger.exitCode === null && stranger.signalCode === null, 'the stranger was ended');
      const { events } = scene.installation.incident(held.incidents[0]?.id ?? '');
      check(JSON.stringify(events).includes(`pid ${stranger.pid}`), 'nobody said who holds the port');
      stranger.kill('SIGKILL');
      await once(stranger, 'exit');
      check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
      await scene.healed();
    },
  },
  {
    name: 'port-of-orphan',
    rows: [19],
    about: 'an orchestrator of ours that nobody looks after hangs and holds lock and port: it is ended',
    expected: { causes: ['port_in_use'], tier: 2, pages: 0 },
    async run(scene) {
      const { installation } = scene;
      await installation.halt();
      const orphan = await startByHand(scene);
      await scene.inject(() => {
        orphan.kill('SIGSTOP');
        installation.start();
      });
      await installation.up({ seconds: PATIENCE_SECONDS });
      check(installation.pid() !== orphan.pid, 'the orphan was taken for the service');
      await scene.healed();
    },
  },
  {
    name: 'stale-lock',
    rows: [18],
    about: 'pid file and saved state name a living stranger: it is neither taken for ours nor touched',
    expected: { causes: ['crash'], tier: 1, pages: 0, seenByNext: true },
    async run(scene) {
      const { installation } = scene;
      const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
      scene.atEnd(() => stranger.kill('SIGKILL'));
      const { hostPid, supervisorState } = installation.paths;
      await scene.killBoth(() => {
        writeFileSync(hostPid, `${stranger.pid}\n`);
        scene.rewrite(supervisorState, (text) => text.replace(/"pid":\d+/g, `"pid":${stranger.pid}`));
      });
      installation.start();
      await installation.up({ seconds: PATIENCE_SECONDS });
      await scene.healed();
      check(stranger.exitCode === null && stranger.signalCode === null, 'the stranger was ended');
    },
  },
];
