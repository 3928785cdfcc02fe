/** The network is gone: nobody is at fault, and nothing that was said meanwhile may be lost. */
import { check, type Drill } from './drill.ts';
import { Outside, type Way } from './outside.ts';
import { PATIENCE_SECONDS, type Scene } from './scene.ts';

const PLATFORMS = ['slack', 'discord'] as const;

/** People write all the while, also from here, where nobody can ask the model now. */
async function loseTheWay(scene: Scene, way: Way): Promise<void> {
  const outside = await Outside.lead(scene);
  await scene.open();
  const pid = scene.installation.pid();
  await scene.inject(() => outside.cut(way));
  // Connections that are there need no names.
  if (way === 'names')
    for (const platform of PLATFORMS) await scene.world[platform].misbehave({ kind: 'drop' });
  for (const { platform } of scene.places) scene.ask(platform);
  await scene.status(({ incidents }) => incidents[0]?.cause === 'network_down', 'it was not seen');
  for (const platform of PLATFORMS) scene.ask(platform);
  await outside.mend();
  await scene.healed();
  await scene.quiz.settled(PATIENCE_SECONDS);
  check(scene.installation.pid() === pid, 'the orchestrator was restarted for it');
}

const NETWORK_DRILL: Pick<Drill, 'rows' | 'needs' | 'scene' | 'expected'> = {
  rows: [35],
  needs: 'network',
  scene: { platforms: PLATFORMS, startsItself: true },
  expected: { causes: ['network_down'], tier: null, pages: 0 },
};

export const NETWORK_DRILLS: readonly Drill[] = [
  {
    ...NETWORK_DRILL,
    name: 'no-network',
    about:
      'no route leads outside for more than a minute: one incident that nobody is called for, then all is answered once',
    run: (scene) => loseTheWay(scene, 'route'),
  },
  {
    ...NETWORK_DRILL,
    name: 'names-dead',
    about:
      'the name server is dead and connections are lost: one incident that nobody is called for, then all is answered once',
    run: (scene) => loseTheWay(scene, 'names'),
  },
];
