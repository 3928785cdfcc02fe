/**
 * Sessions that no core would open: on an installation that is well, where nothing may be changed and the service is never
 * stopped whatever the session does; and on a disk that takes no more.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { durableFile } from '../../../supervisor/store/durable.ts';
import { sampleStatus } from '../../fakes/sample-status.ts';
import { call } from '../../world/anthropic-script.ts';
import { bash, claim, EmergencyHome, evidence, type Step, tryFix } from '../fixtures/emergency-home.ts';
import { bundleSupervisor } from '../fixtures/supervised-home.ts';
import { runSession } from './desk-alone.ts';
import { treeOf } from './live-state.ts';
import { PatientHome } from './patient-home.ts';

const LIMIT_MS = 200_000;

let bundle: string;
let open: EmergencyHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => open.close());

test(
  'a session changes nothing where all is well: idle or busy, and no service is stopped for it',
  async () => {
    const patient = new PatientHome(bundle);
    open = patient;
    await patient.withDoctor(...IDLE, ...BUSY);
    await patient.start();
    const well = await patient.untilStatus('up', ({ service }) => service.state === 'up');
    const before = settledTree(patient.home);
    const idle = await runSession({ home: patient, bundle, incident: 'inc-idle', status: well });
    const busy = await runSession({ home: patient, bundle, incident: 'inc-busy', status: well });
    expect(settledTree(patient.home)).toEqual(before);
    for (const told of [idle, busy]) {
      expect(told.map(({ kind }) => kind)).not.toContain('session_wants');
      expect(told.at(-1)).toMatchObject({ outcome: 'failed', figures: { tries: 0 } });
    }
    expect(patient.heard.filter((text) => text.includes('the service is well'))).toHaveLength(3);
    expect((await patient.status())?.service.pid).toBe(well.service.pid);
    expect(await patient.isWell()).toBe(true);
    expect(patient.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

const remedy =
  (name: string): Step =>
  () =>
    call('mcp__nanoclaw__run_remedy', { name });
const IDLE = [evidence('health'), claim('Nothing is broken.')];
const BUSY = [
  bash("sed -i 's/HEARTBEAT_MS = 1e3/HEARTBEAT_MS = 400/' dist/index.js && echo edited"),
  tryFix,
  remedy('restore_database'),
  remedy('rollback_release'),
  claim('Better than ever.'),
];

test(
  'a session whose state cannot be written any more is ended, and nothing is left of it',
  async () => {
    open = new EmergencyHome(bundle);
    await open.withModel(bash('sleep 3000'));
    const fileAt = (path: string) => ({
      ...durableFile(path),
      write(text: string) {
        if (/"process":\{/.test(text)) throw new Error('no space left');
        durableFile(path).write(text);
      },
    });
    const status = sampleStatus();
    const told = await runSession({ home: open, bundle, incident: 'inc-full', status, fileAt });
    expect(told).toMatchObject([
      { kind: 'emergency_result', outcome: 'failed', detail: 'the session broke: no space left' },
    ]);
    expect(open.sessionProcesses()).toEqual([]);
  },
  LIMIT_MS,
);

/** Without the database, into which a living service may write at any time. */
function settledTree(home: string): Record<string, string> {
  return Object.fromEntries(Object.entries(treeOf(home)).filter(([path]) => !path.startsWith('store/')));
}
