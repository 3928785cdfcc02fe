/** Restarts a service that others depend on, through the root helper, and waits until it answers again. */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { Privileged, PrivilegedUnit } from '../../supervisor/ports/privileged.ts';
import type { Remedy } from '../../supervisor/ports/remedy.ts';
import { remedy } from './bounded.ts';
import { done, failed, nothingToDo } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

/** An engine with many containers takes half a minute. */
const LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 500;

export type UnitRemedy = {
  name: RemedyName;
  unit: PrivilegedUnit;
  /** What a person types where there is no helper. */
  byHand: string;
  /** One line when it answers, null when it does not. Heeds the signal. */
  look(signal: AbortSignal): Promise<string | null>;
};

export function restartUnit(
  { privileged, wait }: Pick<RemedyParts, 'privileged' | 'wait'>,
  { name, unit, byHand, look }: UnitRemedy,
): Remedy {
  return remedy(name, LIMIT_MS, async (_target, signal) => {
    const before = await look(signal);
    if (before !== null) return nothingToDo(before);
    const refused = await ask(privileged, { unit, byHand }, signal);
    if (refused !== null) return refused;
    for (;;) {
      const answer = await look(signal);
      if (answer !== null) return done(`${unit} was restarted: ${answer}`);
      if (signal.aborted) return failed(`${unit} was restarted and does not answer`);
      await wait(LOOK_EVERY_MS, signal);
    }
  });
}

async function ask(
  privileged: Privileged,
  { unit, byHand }: Pick<UnitRemedy, 'unit' | 'byHand'>,
  signal: AbortSignal,
): Promise<RemedyOutcome | null> {
  const answer = await privileged.restart(unit, signal);
  switch (answer.kind) {
    case 'done':
      return null;
    case 'unavailable':
      return failed(`nobody here may restart ${unit}. Run: ${byHand}`);
    case 'failed':
      return failed(`${unit} could not be restarted: ${answer.detail}`);
  }
}
