/** A fault in one line, as learnings are found by it. Pure. */
import type { ActionOf } from '../../../contracts/action.ts';

export function symptomOf({ cause, detail }: Pick<ActionOf<'start_emergency'>, 'cause' | 'detail'>): string {
  return `${cause}: ${detail}`;
}
