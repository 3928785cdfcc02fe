/** The numbers the core decides by. `supervisor/policy.ts` reads them from a file and holds the defaults. */
export type Policy = {
  hang: {
    /** Beats missing for this long on a process that has beaten before are a hang. */
    limitSeconds: number;
  };
  health: {
    intervalSeconds: number;
    timeoutSeconds: number;
    /** Bad answers in a row that make a fault. */
    failures: number;
    /** How soon after a first bad answer it is asked again. */
    recheckMs: number;
  };
  start: {
    /** A start whose progress stands still for this long is stuck; a slow one that moves is not. */
    stuckSeconds: number;
  };
  stop: {
    /** From SIGTERM to SIGKILL for a process that is broken. */
    killAfterSeconds: number;
    /** The same for a healthy one that has turns to finish. */
    drainSeconds: number;
  };
  restart: {
    /** Wait before the n-th restart of an incident; the last one repeats. */
    backoffSeconds: number[];
    /** Share of a wait that chance may add or take, 0 to 1. */
    jitter: number;
    budget: number;
    windowSeconds: number;
  };
  /** A new process must stay healthy for this long before its incident is closed. */
  stableSeconds: number;
  page: {
    /** Waits before the second, third … page; the last one repeats until somebody acknowledges. */
    repeatSeconds: number[];
  };
  /** How long a restarted supervisor waits for a process it may have started to report by itself. */
  adoptSeconds: number;
};
