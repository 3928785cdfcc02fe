/**
 * A session on an installation that is well: whatever it does, nothing is changed and the service is never stopped. The
 * core opens none there, so the desk is asked by the test, with the real orchestrator before it.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import { homePaths } from '../../../contracts/paths.ts';
import type { SystemStatus } from '../../../contracts/status.ts';
import { EmergencyDesk } from '../../../recovery/emergency/desk.ts';
import { forwarder } from '../../../supervisor/emergency.ts';
import { defaultPolicy } from '../../../supervisor/policy.ts';
import type { DeskSurroundings } from '../../../supervisor/ports/emergency.ts';
import type { Remedies } from '../../../supervisor/ports/remedy.ts';
import type { Report } from '../../../supervisor/ports/report.ts';
import { ReadyzProbe } from '../../../supervisor/probes/readyz.ts';
import { birthOf, isAlive } from '../../../supervisor/process/birth.ts';
import { readSettings } from '../../../supervisor/settings.ts';
import { steadyClock } from '../../../supervisor/steady-clock.ts';
import { durableFile } from '../../../supervisor/store/durable.ts';
import { call } from '../../world/anthropic-script.ts';
import { bash, claim, evidence, type Step, tryFix } from '../fixtures/emergency-home.ts';
import { bundleSupervisor } from '../fixtures/supervised-home.ts';
import { treeOf } from './live-state.ts';
import { PatientHome } from './patient-home.ts';

const LIMIT_MS = 200_000;

let bundle: string;
let patient: PatientHome;

beforeAll(async () => {
  bundle = await bundleSupervisor();
});
afterAll(() => rmSync(dirname(bundle), { recursive: true, force: true }));
afterEach(() => patient.close());

test(
  'a session changes nothing where all is well: idle or busy, and no service is stopped for it',
  async () => {
    patient = new PatientHome(bundle);
    await patient.withDoctor(...IDLE, ...BUSY);
    await patient.start();
    const well = await patient.untilStatus('up', ({ service }) => service.state === 'up');
    const before = settledTree();
    const idle = await runSession('inc-idle', well);
    const busy = await runSession('inc-busy', well);
    expect(settledTree()).toEqual(before);
    for (const told of [idle, busy]) {
      expect(told.map(({ kind }) => kind)).toEqual(['emergency_begun', 'emergency_result']);
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
  bash("sed -i 's/HEARTBEAT_MS = 500/HEARTBEAT_MS = 400/' dist/index.js && echo edited"),
  tryFix,
  remedy('restore_database'),
  remedy('rollback_release'),
  claim('Better than ever.'),
];

/** Without the database, into which a living service may write at any time. */
function settledTree(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(treeOf(patient.home)).filter(([path]) => !path.startsWith('store/')),
  );
}

/** Everything the desk reports of one session. */
async function runSession(incident: string, well: SystemStatus): Promise<Report[]> {
  const told: Report[] = [];
  const { emergency } = defaultPolicy();
  const desk = new EmergencyDesk({
    ...{
      paths: homePaths(patient.home),
      installation: patient.home,
      bundle,
      clock: steadyClock(0),
      log: LOG,
    },
    ...{ node: process.execPath, searchPath: patient.environment.PATH ?? '', uid: process.getuid?.() ?? 0 },
    limits: { ...emergency, lookSeconds: 0.3 },
    endsWithUs: true,
    settings: () => ({
      ...readSettings(patient.home, patient.environment),
      credentialsFile: join(patient.tools, 'none'),
    }),
    fileAt: durableFile,
    newToken: () => incident,
    process: { birthOf, isAlive },
    startForwarder: forwarder(LOG),
    around: around(incident, well),
  });
  const order = { kind: 'start_emergency', incident, cause: 'crash', detail: 'a false alarm' } as const;
  await new Promise<void>((resolve) => {
    desk.open({ ...order, limitSeconds: 120 }, (event) => {
      told.push(event);
      if (event.kind === 'emergency_result') resolve();
    });
  });
  return told;
}

/** What the supervisor knows: all is well, and yet an incident is open. */
function around(id: string, status: SystemStatus): DeskSurroundings {
  const summary = { ...status.incidents[0], id } as IncidentSummary; // only its id is looked at
  return {
    view: {
      status: () => status,
      openIncidents: () => [summary],
      health: () => null,
      isPageWaiting: () => false,
    },
    probe: new ReadyzProbe(() => Number(patient.environment.NANOCLAW_PORT), 2000),
    remedies: REMEDIES,
    incident: () => [],
  };
}

/** None may be run: an outcome of one is an error that the session is told. */
const REMEDIES = new Proxy({} as Remedies, {
  get: (_all, name) => ({ name, limitMs: 1000, run: () => Promise.reject(new Error('a remedy was run')) }),
});

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
