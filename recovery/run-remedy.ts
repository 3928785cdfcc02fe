/** Tier 2: runs one remedy within its own limit; its word comes back as an event. */
import type { ActionOf } from '../contracts/action.ts';
import type { RemedyOutcome } from '../contracts/remedy.ts';
import type { Remedy } from '../supervisor/ports/remedy.ts';
import type { Tools } from '../supervisor/ports/tools.ts';

export function runRemedy(action: ActionOf<'run_remedy'>, { remedies, report }: Tools): void {
  const { incident, remedy, target } = action;
  void runWithin(remedies[remedy], target).then((outcome) => {
    report({ kind: 'remedy_result', incident, remedy, outcome });
  });
}

async function runWithin(remedy: Remedy, target: string | null): Promise<RemedyOutcome> {
  try {
    return await remedy.run(target, AbortSignal.timeout(remedy.limitMs));
  } catch (error) {
    // A remedy promises not to reject; one that does has failed.
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
