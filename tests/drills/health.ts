/** An orchestrator that runs and does not serve, and one that only looks like it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Drill } from './drill.ts';
import { ANSWERED_WITHIN, PATIENCE_SECONDS, type Scene } from './scene.ts';

/** A stream without a byte for a minute is given up by Claude Code itself: then nothing is left to heal. */
const TRICKLE_MS = 30_000;

async function fallSilent(scene: Scene, fault: string): Promise<void> {
  const pid = scene.installation.pid();
  await scene.strike(fault);
  await scene.until(() => !existsSync(join(scene.home, 'inject')), 'it did not strike');
  await scene.installation.up({ not: pid, seconds: PATIENCE_SECONDS });
  scene.ask();
  await scene.healed();
}

export const HEALTH_DRILLS: readonly Drill[] = [
  {
    name: 'no-answer',
    rows: [23],
    about: 'its port takes connections and never answers; it is restarted',
    expected: { causes: ['unreachable'], tier: 2, pages: 0 },
    run: (scene) => fallSilent(scene, 'no-answer'),
  },
  {
    name: 'http-500',
    rows: [24],
    about: 'its port answers HTTP 500; it is restarted',
    expected: { causes: ['not_ready'], tier: 2, pages: 0 },
    run: (scene) => fallSilent(scene, 'http-500'),
  },
  {
    name: 'stuck-agent',
    rows: [7],
    about:
      'an agent gives signs of life and never gets on with its turn: it alone is stopped, and the next one answers',
    scene: { policy: { unanswered: ANSWERED_WITHIN } },
    expected: { causes: ['unanswered'], tier: 2, pages: 0 },
    async run(scene) {
      const pid = scene.installation.pid();
      await scene.inject(() =>
        scene.world.anthropic.misbehave({ kind: 'slow', eventsMs: TRICKLE_MS, times: 1 }),
      );
      scene.ask();
      await scene.healed();
      await scene.quiz.settled(PATIENCE_SECONDS);
      check(scene.installation.pid() === pid, 'the orchestrator was restarted for it');
    },
  },
  {
    name: 'quiet-channels',
    rows: [26],
    about: 'nobody writes for a while on any platform: nothing is restarted, nothing is reported',
    scene: { platforms: ['slack', 'discord'], policy: { unanswered: { idleSeconds: 15, busySeconds: 120 } } },
    expected: { causes: [], tier: null, pages: 0 },
    async run(scene) {
      const { pid } = (await scene.installation.up()).service;
      await scene.quiet(20);
      const { service, signals } = await scene.installation.up();
      check(service.pid === pid, 'it was restarted');
      check(signals.length === 0, `suspected: ${signals.map(({ code }) => code).join(', ')}`);
    },
  },
];
