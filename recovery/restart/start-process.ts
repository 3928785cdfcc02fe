/** Tier 1 and the restart remedy of tier 2: begin a new life of the orchestrator. */
import type { ActionOf } from '../../contracts/action.ts';
import { StoppedOutsideError } from '../../supervisor/ports/process-owner.ts';
import type { Tools } from '../../supervisor/ports/tools.ts';

export function startProcess(_action: ActionOf<'start_process'>, { processes, report }: Tools): void {
  processes.start().then(
    ({ pid, birth }) => report({ kind: 'started', pid, birth }),
    (error: unknown) => {
      if (error instanceof StoppedOutsideError) return report({ kind: 'stopped_outside' });
      report({ kind: 'start_failed', detail: error instanceof Error ? error.message : String(error) });
    },
  );
}
