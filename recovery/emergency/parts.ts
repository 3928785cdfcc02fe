/** What the emergency desk works with. Built once by the supervisor's entry; a test builds its own. */
import type { HomePaths } from '../../contracts/paths.ts';
import type { Clock } from '../../supervisor/ports/clock.ts';
import type { ContainerEngine } from '../../supervisor/ports/docker-engine.ts';
import type { DeskSurroundings, EmergencyUnit, StartForwarder } from '../../supervisor/ports/emergency.ts';
import type { DurableFile, Log } from '../../supervisor/ports/records.ts';

export type Limits = {
  maxTurns: number;
  maxUsd: number;
  silentSeconds: number;
  tries: number;
  goodLooks: number;
  lookSeconds: number;
  proveSeconds: number;
  canarySeconds: number;
};

/** Where the model is and what pays for it; read anew each time, `.env` may change while we run. */
export type ModelSettings = {
  anthropicUrl: string;
  prepaidKey: string | null;
  copilotUrl: string | null;
  copilotModel: string;
  copilotKey: string;
  /** Claude Code's own file with the subscription's login. */
  credentialsFile: string;
};

export type DeskParts = {
  paths: HomePaths;
  /** The checkout or installation that is copied and, when a fix holds, changed. */
  installation: string;
  /** The supervisor's own bundle: it is the program inside the sandbox too, so nothing else need be whole. */
  bundle: string;
  node: string;
  searchPath: string;
  uid: number;
  /** Null where the supervisor is not systemd's. */
  unit: EmergencyUnit | null;
  engine: ContainerEngine;
  limits: Limits;
  /** Ends a running session with the supervisor; otherwise the next supervisor adopts it. */
  endsWithUs: boolean;
  /** `image` is the agents': a session's container is made of it too. */
  settings(): ModelSettings & { secrets: readonly string[]; image: string };
  clock: Clock;
  log: Log;
  fileAt(path: string): DurableFile;
  /** Unguessable, safe in a name. */
  newToken(): string;
  process: {
    birthOf(pid: number): string | null;
    isAlive(pid: number, birth: string | null): boolean;
  };
  startForwarder: StartForwarder;
  around: DeskSurroundings;
};
