/** Short ways to say how a remedy went. */
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { type ChildResult, lastLine } from './run-child.ts';

export const done = (detail: string): RemedyOutcome => ({ kind: 'done', detail });
export const nothingToDo = (detail: string): RemedyOutcome => ({ kind: 'nothing_to_do', detail });
export const failed = (detail: string): RemedyOutcome => ({ kind: 'failed', detail });

/** Why a child did not do what it was run for. */
export function whyNot(what: string, result: ChildResult): RemedyOutcome {
  switch (result.kind) {
    case 'ended':
      return failed(`${what} failed with code ${result.code}: ${lastLine(result.output)}`);
    case 'aborted':
      return failed(`${what} took too long and was ended`);
    case 'broken':
      return failed(`${what} could not be run: ${result.reason}`);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Bytes for people, in the units that `df -h` uses. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * step);
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}
