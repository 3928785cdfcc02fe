/** Puts the components' words together into one readiness answer. */
import type { ComponentHealth, Phase, Readiness, Standstill } from '../../contracts/health.ts';

export type HealthSource = {
  phase(): Phase;
  identity: { pid: number; startId: string; version: string };
  uptimeSeconds(): number;
  components(): ComponentHealth[];
  oldestUnansweredMs(): number | null;
  standstill(): Standstill;
  groupCount(): number;
  activeTurns(): number;
};

/** Ready = started, not draining, and no required component is starting or failed. */
export function assessReadiness(source: HealthSource): Readiness {
  const components = source.components();
  const phase = source.phase();
  const broken = components.some((c) => c.required && (c.state === 'failed' || c.state === 'starting'));
  return {
    status: phase === 'ready' && !broken ? 'ok' : 'fail',
    phase,
    ...source.identity,
    uptimeSeconds: source.uptimeSeconds(),
    oldestUnansweredMs: source.oldestUnansweredMs(),
    standstill: source.standstill(),
    groupCount: source.groupCount(),
    activeTurns: source.activeTurns(),
    components,
  };
}
