/** Asks for the orchestrator's health; the answer comes as an event. */
import type { ActionOf } from '../contracts/action.ts';
import type { Tools } from '../supervisor/ports/tools.ts';

export function checkHealth(action: ActionOf<'check_health'>, { probe, report }: Tools): void {
  const { pid, startId } = action;
  void probe.check({ pid, startId }).then(({ outcome, durationMs, readiness }) => {
    report({ kind: 'probe_result', pid, outcome, durationMs, report: readiness });
  });
}
