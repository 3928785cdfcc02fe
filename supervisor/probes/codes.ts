/**
 * What the probes of this folder see: plain facts, judged by the core. A code says what is looked at; `state` says
 * whether it is well, and `target` which one, where there are several.
 */
export type SightingCode =
  /** Nothing can be written any more; target = the folder's role. */
  | 'disk_full'
  /** Room for hours only; target = the folder's role. */
  | 'disk_low'
  /** The orchestrator's memory is near its limit, or grows towards it. */
  | 'memory_leak'
  /** The sign-in has run out, or does within minutes and nobody renews it. */
  | 'sign_in_expired'
  | 'docker_down'
  /** Nobody outside can be reached. */
  | 'network_down'
  | 'image_missing'
  | 'copilot_down'
  /** The wall clock moved against the steady one: set by somebody, or the machine slept. */
  | 'clock_wrong'
  /** `.env`; target = what is wrong with it: `missing`, `open` (others may read it), `unreadable` lines. */
  | 'config_broken'
  /** A package that the orchestrator needs at its start is gone. */
  | 'packages_missing';

export type Sighting = {
  code: SightingCode;
  target: string | null;
  state: 'good' | 'bad';
  /** One line for a person; never a secret. */
  detail: string;
};

/** One thing looked at, at its own pace. */
export interface Probe {
  readonly name: string;
  readonly intervalMs: number;
  /** Says nothing of what it can't know now; what does not apply here (any more) is good. A rejection is a fault of the probe itself and is logged. */
  look(signal: AbortSignal): Promise<readonly Sighting[]>;
}
