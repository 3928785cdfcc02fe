/**
 * What the probes of this folder see: plain facts, judged by the core. A code says what is looked at; `state` says
 * whether it is well, and `target` which one, where there are several.
 */
export type SightingCode =
  /** Free room on one of the folders we need; target = the folder's role. */
  | 'disk_low'
  /** The orchestrator's memory nears its limit. */
  | 'memory_high'
  /** The orchestrator's memory grows and would reach its limit soon. */
  | 'memory_growing'
  /** The sign-in runs out within minutes: whoever renews it does not. */
  | 'sign_in_expiring'
  | 'sign_in_expired'
  | 'docker_down'
  | 'image_missing'
  | 'copilot_down'
  /** The wall clock moved against the steady one: set by somebody, or the machine slept. */
  | 'clock_jumped'
  | 'env_missing'
  /** Others may read it. */
  | 'env_open'
  /** Not every line is a setting. */
  | 'env_broken'
  /** A package that the orchestrator needs is gone. */
  | 'modules_missing';

export type Sighting = {
  code: SightingCode;
  target: string | null;
  state: 'ok' | 'bad';
  /** One line for a person; never a secret. */
  detail: string;
};

/** One thing looked at, at its own pace. */
export interface Probe {
  readonly name: string;
  readonly intervalMs: number;
  /** Says nothing of what it can't know now. A rejection is a fault of the probe itself and is logged. */
  look(signal: AbortSignal): Promise<readonly Sighting[]>;
}
