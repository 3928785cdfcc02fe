/**
 * What lies around the orchestrator: probes that look at it, remedies that mend it, and the copy of the settings it
 * was healthy with.
 */
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { findEngine, SYSTEM_SOCKET } from '../contracts/docker-host.ts';
import type { HomePaths } from '../contracts/paths.ts';
import type { SignalCode } from '../contracts/signal.ts';
import { buildRemedies } from '../recovery/remedies/all.ts';
import { type HealthyLife, KnownGoodEnv } from '../recovery/remedies/known-good.ts';
import { onThisMachine } from '../recovery/remedies/machine.ts';
import { mayBeNetwork } from './decide/signals.ts';
import { SocketDockerEngine } from './docker-engine.ts';
import type { Clock } from './ports/clock.ts';
import type { Privileged } from './ports/privileged.ts';
import type { Log } from './ports/records.ts';
import type { Remedies } from './ports/remedy.ts';
import type { Report } from './ports/report.ts';
import type { Companion } from './ports/view.ts';
import { buildProbes } from './probes/all.ts';
import type { Sighting } from './probes/codes.ts';
import { Rounds } from './probes/rounds.ts';
import { leaveForeignEngine } from './process/foreign-engine.ts';
import type { Settings } from './settings.ts';
import { durableFile } from './store/durable.ts';

export type SurroundingsParts = {
  paths: HomePaths;
  /** Where `dist/` and `node_modules` of the orchestrator lie. */
  installation: string;
  environment: NodeJS.ProcessEnv;
  settings: () => Settings;
  privileged: Privileged;
  clock: Clock;
  log: Log;
  /** What every probe's interval is multiplied by. */
  probePace: number;
};

/** What they see of the supervisor. */
export type SurroundingsView = {
  /** The present orchestrator; null while there is none. */
  pid(): number | null;
  /** Conditions that are in question or on record. */
  signals(): readonly { code: SignalCode }[];
};

export type Surroundings = {
  remedies: Remedies;
  companions: Companion[];
  /** To be told of the healthy process, or that there is none. */
  see(life: HealthyLife | null): void;
};

export function buildSurroundings(
  parts: SurroundingsParts,
  view: SurroundingsView,
  report: (event: Report) => void,
): Surroundings {
  const { paths, installation, environment, clock, log } = parts;
  // An engine behind TCP is not ours to heal.
  const socket = findEngine(environment, process.getuid?.() ?? 0).socketPath ?? SYSTEM_SOCKET;
  const docker = new SocketDockerEngine(socket);
  const privileged = leaveForeignEngine(parts.privileged, socket);
  const settings = () => {
    const { sandbox, image, copilotUrl, opsPort, outside } = parts.settings();
    const usesDocker = sandbox === 'docker' || (sandbox === 'auto' && existsSync(socket));
    return { usesDocker, image, copilotUrl, opsPort, outside };
  };
  const shared = { paths, installation, settings };
  const machine = { ...shared, environment, currentPid: view.pid, docker, privileged };
  const suspectsNetwork = () => view.signals().some(({ code }) => mayBeNetwork(code));
  const around = {
    ...{ ...shared, pid: view.pid, suspectsNetwork, engine: docker, clock },
    ...{ userHome: homedir(), temporary: tmpdir() },
  };
  const tell = (sighting: Sighting) => report({ kind: 'signal_seen', ...sighting });
  const rounds = new Rounds({ probes: buildProbes(around), clock, pace: parts.probePace, tell, log });
  const knownGood = new KnownGoodEnv({ paths, clock, log, copy: durableFile(paths.lastKnownGoodEnv) });
  return {
    remedies: buildRemedies(onThisMachine(machine)),
    companions: [
      { start: () => rounds.start(), stop: () => void rounds.stop() },
      { start: () => undefined, stop: () => knownGood.stop() },
    ],
    see: (life) => knownGood.see(life),
  };
}
