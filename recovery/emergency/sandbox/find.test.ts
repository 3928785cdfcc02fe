import { expect, test } from 'vitest';
import type { ContainerEngine } from '../../../supervisor/ports/docker-engine.ts';
import type { EmergencyUnit } from '../../../supervisor/ports/emergency.ts';
import { kindsHere } from './find.ts';

const OWN = { mounts: [], usernsMode: '' };
const unit = (isInstalled: boolean) => ({ isInstalled: () => isInstalled }) as EmergencyUnit;
const engine = (ownContainer: ContainerEngine['ownContainer'] | null) =>
  ({ isThere: () => ownContainer !== null, ownContainer }) as ContainerEngine;

test.each([
  ['under systemd, also with an engine', unit(true), engine(async () => OWN), ['unit']],
  ['under systemd, from before the unit', unit(false), engine(null), ['bubblewrap']],
  ['in a terminal', null, engine(null), ['bubblewrap']],
  ['in a terminal with an engine', null, engine(async () => null), ['bubblewrap', 'container']],
  ['in a container of the engine', null, engine(async () => OWN), ['container', 'bubblewrap']],
  [
    'beside an engine that does not answer',
    null,
    engine(() => Promise.reject(new Error('ECONNREFUSED'))),
    ['bubblewrap', 'container'],
  ],
] as const)('%s', async (_where, ofUnit, ofEngine, kinds) => {
  expect(await kindsHere({ unit: ofUnit, engine: ofEngine })).toEqual(kinds);
});
