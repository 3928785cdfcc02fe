/** The numbers the core decides by. `supervisor/policy.ts` reads them from a file and holds the defaults. */
export type Policy = {
  hang: {
    /** Beats missing for this long on a process whose start is over are a hang; a start has its own limit. */
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
  unanswered: {
    /** A mention on which nothing has been at work for so long: its turn is lost. */
    idleSeconds: number;
    /** An attempt at a turn that lasts so long is stuck; null: its own limit (`CONTAINER_TIMEOUT`), and `idleSeconds` more. */
    busySeconds: number | null;
  };
  remedy: {
    /** A remedy that has not answered by then has failed. Longer than any remedy's own limit. */
    limitSeconds: number;
  };
  emergency: {
    limitSeconds: number;
    /** Sessions in 24 hours. */
    perDay: number;
    /** From the start of one session to the start of the next. */
    apartSeconds: number;
  };
  /** A new process must stay healthy for this long before its incident is closed. */
  stableSeconds: number;
  flap: {
    /** So many incidents of one cause within the window, and the next one stays open until it is calm. */
    count: number;
    windowSeconds: number;
    /** Healthy for this long, and a flapping incident is closed. */
    calmSeconds: number;
    digestSeconds: number;
  };
  page: {
    /** Waits before the second, third … page; the last one repeats until somebody acknowledges. */
    repeatSeconds: number[];
  };
  notices: {
    /** Whether a recovery without a person is told of, without a mention. */
    on: boolean;
    /** The lowest tier worth it. */
    fromTier: 1 | 2 | 3;
  };
  /** The longest a deploy window counts: a forgotten file must not switch the healing off for good. */
  deployLimitSeconds: number;
  /** How long a restarted supervisor waits for a process it may have started to report by itself. */
  adoptSeconds: number;
};
