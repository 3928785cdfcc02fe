/** Tier 3: the session that diagnoses and repairs. */
import type { ActionOf } from '../../contracts/action.ts';
import type { EmergencySandbox } from '../../contracts/emergency-sandbox.ts';
import type { IncidentEvent } from '../../contracts/incident.ts';
import type { HealthProbe } from './health-probe.ts';
import type { Remedies } from './remedy.ts';
import type { Report } from './report.ts';
import type { SupervisorView } from './view.ts';

export interface EmergencyDesk {
  /**
   * Begins a session, or goes on following the one that already runs for this incident. Reports `emergency_begun`
   * once it really runs, and exactly one `emergency_result`; never rejects.
   */
  open(order: ActionOf<'start_emergency'>, report: (event: Report) => void): void;
}

/** What the desk sees of the supervisor around it. */
export type DeskSurroundings = {
  view: SupervisorView;
  probe: HealthProbe;
  remedies: Remedies;
  /** Events of an incident, oldest first. */
  incident(id: string): readonly IncidentEvent[];
};

export interface LiveDesk extends EmergencyDesk {
  /** Finds out where a session would run; `sandbox` tells it from then on. */
  lookAround(): void;
  sandbox(): EmergencySandbox | null;
  /** Lets go: sockets and timers end. May be called twice. */
  stop(): Promise<void>;
}

/** `nanoclaw-emergency.service`, which runs what a session's order says as a user of its own. */
export interface EmergencyUnit {
  isInstalled(): boolean;
  /** @returns its main process @throws when it could not be started */
  start(): Promise<number>;
  /** Ends its whole control group; one that does not run is no error. @throws when nothing is known of its end */
  stop(): Promise<void>;
  /** What its own folders take on disk, about; also where they are closed to us. @throws when nobody can tell */
  diskBytes(): Promise<number>;
  /** How its last main process ended; null when a signal ended it, or nothing is known. */
  exitCode(): Promise<number | null>;
}

/** The way from the sandbox to the model: a unix socket behind which the real credential is put in. */
export type ForwarderOrder = {
  socketPath: string;
  placeholder: ModelCredential;
  baseUrl: string;
  credential: ModelCredential;
  /** At the API's list prices; what is asked after it is refused. Null where the prices are not known. */
  limitUsd: number | null;
  /** Paid already, towards the same limit. */
  spentUsd: number;
  /** Told after each answer what was paid in all; when it throws, nothing more is asked. */
  onSpent(usd: number): void;
};
export type ModelCredential = { kind: 'oauth' | 'api_key'; value: string };
export type Forwarder = { stop(): Promise<void> };
export type StartForwarder = (order: ForwarderOrder) => Promise<Forwarder>;
