/** Tier 1 and the restart remedy of tier 2: begin a new life of the orchestrator. */
import type { ActionOf } from '../../contracts/action.ts';
import type { Tools } from '../../supervisor/ports/tools.ts';

export function startProcess(_action: ActionOf<'start_process'>, { processes, report }: Tools): void {
  try {
    const { pid, birth } = processes.start();
    report({ kind: 'started', pid, birth });
  } catch (error) {
    report({ kind: 'start_failed', detail: error instanceof Error ? error.message : String(error) });
  }
}
