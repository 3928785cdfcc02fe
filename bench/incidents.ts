/** Follows what the supervisor makes of a fault that was injected. */
import type { IncidentSummary } from '../contracts/incident.ts';
import type { Installation } from '../tests/e2e/installation.ts';
import { until } from '../tests/e2e/until.ts';

/** Every fault is an incident of its own: the last one closes soon, the restart budget is never spent, nothing flaps. */
export const HEAL_OFTEN = { stableSeconds: 0.3, restart: { budget: 1000 }, flap: { count: 1000 } };

/** Sends a signal to the orchestrator; `closed` waits until the incident that follows is over. */
export async function injure(installation: Installation, signal: NodeJS.Signals) {
  const before = (await installation.incidents()).length;
  const at = { wall: Date.now(), mono: performance.now() };
  const pid = installation.pid();
  process.kill(pid, signal);
  const closed = async (): Promise<IncidentSummary | null> => {
    const [newest, ...older] = await installation.incidents();
    return newest?.state === 'closed' && older.length >= before ? newest : null;
  };
  return { pid, at, closed: () => until(closed, 30, () => `${signal}: no incident was closed`) };
}
