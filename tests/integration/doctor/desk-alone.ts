/** The desk without a supervisor's core around it, for sessions that no core would open. */
import { join } from 'node:path';
import type { IncidentSummary } from '../../../contracts/incident.ts';
import { homePaths } from '../../../contracts/paths.ts';
import type { SystemStatus } from '../../../contracts/status.ts';
import { EmergencyDesk } from '../../../recovery/emergency/desk.ts';
import type { DeskParts } from '../../../recovery/emergency/parts.ts';
import { SocketContainerEngine } from '../../../supervisor/container-engine.ts';
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
import type { EmergencyHome } from '../fixtures/emergency-home.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type DeskOrder = {
  home: EmergencyHome;
  bundle: string;
  incident: string;
  /** What the supervisor says of the service, from first to last. */
  status: SystemStatus;
  fileAt?: DeskParts['fileAt'];
};

/** Everything the desk reports of one session. */
export async function runSession({ home, bundle, incident, status, fileAt }: DeskOrder): Promise<Report[]> {
  const { environment } = home;
  const desk = new EmergencyDesk({
    ...{ paths: homePaths(home.home), installation: home.home, bundle, node: process.execPath },
    ...{ searchPath: environment.PATH ?? '', uid: process.getuid?.() ?? 0, unit: null, endsWithUs: true },
    engine: new SocketContainerEngine('/nonexistent'),
    limits: { ...defaultPolicy().emergency, lookSeconds: 0.3 },
    settings: () => ({
      ...readSettings(home.home, environment),
      credentialsFile: join(home.tools, 'signed-out'),
    }),
    ...{ clock: steadyClock(0), log: LOG, fileAt: fileAt ?? durableFile, newToken: () => incident },
    process: { birthOf, isAlive },
    startForwarder: forwarder(LOG),
    around: surroundings(incident, status, Number(environment.NANOCLAW_PORT)),
  });
  const order = {
    kind: 'start_emergency',
    number: 1,
    incident,
    cause: 'crash',
    detail: 'a false alarm',
  } as const;
  const told: Report[] = [];
  await new Promise<void>((resolve) => {
    desk.open({ ...order, limitSeconds: 120 }, (event) => {
      told.push(event);
      if (event.kind === 'emergency_result') resolve();
    });
  });
  return told;
}

/** An incident is open, whatever the status says. */
function surroundings(id: string, status: SystemStatus, port: number): DeskSurroundings {
  const summary = { id } as IncidentSummary; // nothing else of it is looked at
  return {
    view: {
      status: () => status,
      openIncidents: () => [summary],
      health: () => null,
      isPageWaiting: () => false,
      sessionWish: () => ({ granted: false, why: 'no_incident' }),
    },
    probe: new ReadyzProbe(() => port, 2000),
    remedies: REMEDIES,
    incident: () => [],
  };
}

/** None may be run: that is an error which the session is told. */
const REMEDIES = new Proxy({} as Remedies, {
  get: (_all, name) => ({ name, limitMs: 1000, run: () => Promise.reject(new Error('a remedy was run')) }),
});
