/** A fault in one line, as learnings are found by it. Pure. */
import type { ActionOf } from '../../../contracts/action.ts';

/** @param error of the service, as it stood in its log: without it one crash is like any other */
export function symptomOf(
  { cause, detail }: Pick<ActionOf<'start_emergency'>, 'cause' | 'detail'>,
  error: string,
): string {
  return error === '' ? `${cause}: ${detail}` : `${cause}: ${detail}; ${error}`;
}
