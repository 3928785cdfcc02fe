/** What the parts around the core may know of it: read-only, asked for whenever it is needed. */

import type { SessionWish } from '../../contracts/doctor-session.ts';
import type { IncidentSummary } from '../../contracts/incident.ts';
import type { SystemStatus } from '../../contracts/status.ts';

export interface SupervisorView {
  status(): SystemStatus;
  openIncidents(): IncidentSummary[];
  /** What the last health check found, one line; null before the first. */
  health(): string | null;
  /** An open incident that a person was called for, reached or not, and that nobody has acknowledged. */
  isPageWaiting(): boolean;
  /** What would come of a person's wish for an emergency session now. */
  sessionWish(): SessionWish;
}

/** A part with a life of its own beside the core. Both calls may be repeated. */
export interface Companion {
  start(): void;
  stop(): void;
}
