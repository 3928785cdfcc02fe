/** What the remedies work with. Built once by the supervisor's entry; a test builds its own. */
import type { HomePaths } from '../../contracts/paths.ts';
import type { DockerEngine } from '../../supervisor/ports/docker-engine.ts';
import type { Privileged } from '../../supervisor/ports/privileged.ts';
import type { RunChild } from './run-child.ts';

export type RemedyParts = {
  paths: HomePaths;
  /** The checkout or installation: `container/build.sh`, `dist`, `releases` lie in it. */
  installation: string;
  /** Folder for temporary files, where our scripts leave theirs when they are killed. */
  temporary: string;
  /** Environment of children, with `NANOCLAW_HOME` of this home. */
  environment: NodeJS.ProcessEnv;
  /** Read anew each time: `.env` may change while we run. */
  settings(): { opsPort: number; image: string; copilotUrl: string | null };
  /** The orchestrator we look after; null while there is none. */
  currentPid(): number | null;
  docker: DockerEngine;
  privileged: Privileged;
  runChild: RunChild;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
};
