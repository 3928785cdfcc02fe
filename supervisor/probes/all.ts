/** Every probe of this folder on the real machine, but for the heartbeat and `/readyz`, which the core asks for itself. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../contracts/paths.ts';
import type { Clock } from '../ports/clock.ts';
import type { DockerEngine } from '../ports/docker-engine.ts';
import { clockProbe } from './clock-jump.ts';
import type { Probe } from './codes.ts';
import { askStatus, copilotProbe } from './copilot.ts';
import { diskProbe, roomOf } from './disk.ts';
import { dockerProbe } from './docker.ts';
import { envProbe, readEnvFacts } from './env-file.ts';
import { memoryProbe, residentBytesOf } from './memory.ts';
import { modulesProbe } from './modules.ts';
import { networkProbe, reachByTcp } from './network.ts';
import { signInProbe } from './sign-in.ts';

/** Eight times what it takes with a hundred idle groups; a process that needs more has lost its way. */
export const MEMORY_LIMIT_BYTES = 1280 * 2 ** 20;

export type ProbeParts = {
  paths: HomePaths;
  /** Where `node_modules` lies. */
  installation: string;
  /** The person's home folder, which holds `.claude/.credentials.json`. */
  userHome: string;
  temporary: string;
  settings(): { usesDocker: boolean; image: string; copilotUrl: string | null; outside: readonly string[] };
  /** The present orchestrator; null while there is none. */
  pid(): number | null;
  /** Whether something is amiss that no network would explain. */
  suspectsNetwork(): boolean;
  engine: DockerEngine;
  clock: Clock;
};

export function buildProbes(parts: ProbeParts): Probe[] {
  const { paths, installation, userHome, temporary, settings, pid, engine, clock } = parts;
  const credentials = join(userHome, '.claude', '.credentials.json');
  const limitBytes = MEMORY_LIMIT_BYTES;
  const dockerRoot = remembered((signal) => engine.rootFolder(signal));
  return [
    diskProbe({
      folders: async (signal) => ({
        home: paths.home,
        temporary,
        docker: settings().usesDocker ? await dockerRoot(signal) : null,
      }),
      room: roomOf,
    }),
    memoryProbe({ pid, residentBytes: residentBytesOf, limitBytes, now: () => clock.now().mono }),
    signInProbe({ read: async () => readIfThere(credentials), now: () => clock.now().wall }),
    dockerProbe({ engine, settings }),
    networkProbe({
      isSuspected: parts.suspectsNetwork,
      addresses: () => settings().outside,
      reach: reachByTcp,
    }),
    copilotProbe({ url: () => settings().copilotUrl, ask: askStatus }),
    clockProbe(clock),
    envProbe({
      read: () => readEnvFacts(paths.env),
      isKnownGoodKept: () => existsSync(paths.lastKnownGoodEnv),
    }),
    modulesProbe({ folder: join(installation, 'node_modules'), isThere: existsSync }),
  ];
}

/** Asks until there is an answer, which then holds: an engine does not move while it runs. Null without one. */
function remembered(ask: (signal: AbortSignal) => Promise<string>) {
  let known: string | null = null;
  return async (signal: AbortSignal): Promise<string | null> => {
    known ??= await ask(signal).catch(() => null); // an engine that is away is another probe's to report
    return known;
  };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
