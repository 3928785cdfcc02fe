/** Faults of the orchestrator's process. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { ANSWERED_WITHIN, PATIENCE_SECONDS, type Scene } from './scene.ts';

const CRASH = { causes: ['crash'], tier: 1, pages: 0 } as const;
const HANG = { causes: ['hang'], tier: 1, pages: 0 } as const;

/** Kills it, mostly, and asks while it is down. */
async function fallAndAsk(scene: Scene, fault: () => Promise<void>): Promise<void> {
  const pid = scene.installation.pid();
  await fault();
  scene.ask();
  await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
  await scene.healed();
}

/** Kills it at a durable step of a question's way. */
async function dieAt(scene: Scene, point: string): Promise<void> {
  const pid = scene.installation.pid();
  const dying = scene.dieAt(point);
  scene.ask();
  await dying;
  await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
  await scene.healed();
}

export const PROCESS_DRILLS: readonly Drill[] = [
  {
    name: 'kill-idle',
    rows: [1],
    about: 'the idle orchestrator is killed; a question asked at that moment is answered',
    expected: CRASH,
    run: (scene) => fallAndAsk(scene, () => scene.kill()),
  },
  {
    name: 'kill-mid-turn',
    rows: [2, 43],
    about: 'it is killed while an agent works; the agent is adopted and its answer comes once',
    expected: CRASH,
    async run(scene) {
      await scene.world.anthropic.misbehave({ kind: 'slow', headersMs: 3000, times: 1 });
      const asked = scene.world.anthropic.requests.length;
      scene.ask();
      await scene.until(() => scene.world.anthropic.requests.length > asked, 'the turn never began');
      await fallAndAsk(scene, () => scene.kill());
    },
  },
  {
    name: 'kill-before-send',
    rows: [3],
    about: 'it is killed right after a reply was written to the outbox; the reply is sent once',
    expected: CRASH,
    run: (scene) => dieAt(scene, 'after 4'),
  },
  {
    name: 'kill-before-receipt',
    rows: [4],
    about: 'it is killed when the platform has the reply and we have no receipt; nobody sees it twice',
    scene: { platforms: ['slack', 'discord'] },
    expected: { causes: ['crash', 'crash'], tier: 1, pages: 0 },
    async run(scene) {
      for (const [index, platform] of (['slack', 'discord'] as const).entries()) {
        const pid = scene.installation.pid();
        const before = sentTo(scene, platform);
        await scene.world[platform].misbehave({ kind: 'hang', taken: true, on: 'essage', times: 1 });
        scene.ask(platform);
        await scene.until(() => sentTo(scene, platform) > before, 'the platform never got the reply');
        await scene.kill();
        await scene.world[platform].misbehave({ kind: 'none' });
        await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
        await scene.healed(index + 1);
      }
    },
  },
  {
    name: 'frozen',
    rows: [5],
    about: 'it is stopped by SIGSTOP: nothing crashes, nothing moves; it is replaced',
    expected: HANG,
    run: (scene) => fallAndAsk(scene, () => scene.kill('SIGSTOP')),
  },
  {
    name: 'busy-loop',
    rows: [6],
    about: 'its event loop never turns again; it is replaced',
    expected: HANG,
    run: (scene) => fallAndAsk(scene, () => scene.strike('busy-loop')),
  },
  {
    name: 'deadlock',
    rows: [7],
    about: 'beats and /readyz are fine, and a stored question makes no progress; that alone gives it away',
    scene: { policy: { unanswered: ANSWERED_WITHIN } },
    expected: { causes: ['unanswered'], tier: 2, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.quiet(1); // the last receipts of the answers before are written
      await scene.strike('deadlock 1');
      await scene.until(() => !existsSync(join(scene.home, 'inject')), 'it did not strike');
      scene.ask();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
    },
  },
  {
    name: 'ignores-sigterm',
    rows: [8],
    about: 'a person asks for a restart and it does not end when asked to; it is ended, without an incident',
    scene: { policy: { stop: { killAfterSeconds: 1, drainSeconds: 3 } } },
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.strike('ignore-term');
      await scene.until(() => !existsSync(join(scene.home, 'inject')), 'it did not strike');
      check((await scene.installation.cli('restart')).code === 0, 'the restart was refused');
      scene.ask();
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
    },
  },
  {
    name: 'exits-0',
    rows: [9],
    about: 'it ends with code 0 and nobody asked it to: that is a crash',
    expected: CRASH,
    run: (scene) => fallAndAsk(scene, () => scene.strike('exit-0')),
  },
  {
    name: 'unhandled-rejection',
    rows: [10],
    about: 'an error nobody awaits ends it; it is restarted',
    expected: CRASH,
    run: (scene) => fallAndAsk(scene, () => scene.strike('rejection')),
  },
  {
    name: 'memory-leak',
    rows: [11],
    about: 'its resident memory, not its heap, nears the limit; it is restarted before the kernel ends it',
    expected: { causes: ['memory_leak'], tier: 2, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.strike('leak');
      await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
      await scene.healed();
    },
  },
];

function sentTo(scene: Scene, platform: 'slack' | 'discord'): number {
  return scene.world[platform].botMessages().length;
}
