/** A status in which every part is known: what tests of the exported text start from. */
import type { SystemStatus } from '../../contracts/status.ts';

export function sampleStatus(): SystemStatus {
  const readiness: SystemStatus['service']['readiness'] = {
    ...{ status: 'ok', phase: 'ready', pid: 7, startId: 's', uptimeSeconds: 60, version: '1' },
    ...{ oldestUnansweredMs: 1500, groupCount: 1, activeTurns: 2 },
    components: [{ name: 'channel:slack', state: 'failed', reason: 'no', required: false }],
  };
  return {
    now: 1_700_000_060_000,
    supervisor: { pid: 6, version: '0.1.0', startedAt: 1_700_000_000_000, manager: 'child' },
    service: {
      ...{ state: 'up', since: 1_700_000_000_000, reason: 'ready', pid: 7, startId: 's' },
      ...{ uptimeSeconds: 60, restarts: 3, readiness },
      heartbeat: { ageMs: 250, loopDelayMs: 2, rssBytes: 1_000_000 },
    },
    activeTier: null,
    next: null,
    pause: null,
    signals: [],
    budgets: [{ name: 'restarts', used: 1, limit: 5, windowSeconds: 300 }],
    incidents: [],
    emergencySandbox: { kind: 'bubblewrap', reason: '' },
    pager: { configured: true, reason: '' },
  };
}
