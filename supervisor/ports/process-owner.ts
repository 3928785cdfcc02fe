/** Who starts, watches and signals the orchestrator. Its ends are reported as events, not as results. */
export type Started = { pid: number; birth: string | null };

export interface ProcessOwner {
  /** @throws StartError when there is nothing to start */
  start(): Started;
  /** Follows a process that is not our child; its end is reported like a child's, without exit code. */
  watch(target: Started): void;
  /** A process that is gone already is no error. */
  signal(target: Started, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Whether this very process runs, not another one with its pid. */
  isAlive(target: Started): boolean;
}

/** The orchestrator could not be spawned. */
export class StartError extends Error {
  readonly code = 'START_FAILED';
}
