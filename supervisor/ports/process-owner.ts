/** Who starts, watches and signals the orchestrator. Its ends are reported as events, not as results. */
export type Started = { pid: number; birth: string | null };

export interface ProcessOwner {
  /** @throws StartError when there is nothing to start · StoppedOutsideError */
  start(): Promise<Started>;
  /** Follows a process that is not our child; its end is reported like a child's. */
  watch(target: Started): void;
  /** A process that is gone already is no error. */
  signal(target: Started, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Whether this very process runs, not another one with its pid. */
  isAlive(target: Started): boolean;
}

/** An owner with a life of its own. */
export interface LiveOwner extends ProcessOwner {
  /** The end of a watched process is near and worth looking for closely. */
  expectEnd(pid: number): void;
  /** Nobody but us may start it, until we do. */
  hold(): void;
  /** Stops watching; the orchestrator itself is left alone. May be called twice. */
  close(): void;
}

/** The orchestrator could not be spawned. */
export class StartError extends Error {
  readonly code = 'START_FAILED';
}

/** A person has stopped the service by other means than us: starting it would be against that will. */
export class StoppedOutsideError extends Error {
  readonly code = 'STOPPED_OUTSIDE';
}
