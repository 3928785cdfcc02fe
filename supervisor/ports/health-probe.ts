/** Asks the orchestrator how it is. */
import type { Readiness } from '../../contracts/health.ts';
import type { HealthOutcome } from '../decide/event.ts';

export type HealthAnswer = { outcome: HealthOutcome; durationMs: number; readiness: Readiness | null };

export interface HealthProbe {
  /** Never rejects: what goes wrong is the answer. `startId` null = any life of this pid. */
  check(expected: { pid: number; startId: string | null }): Promise<HealthAnswer>;
}
