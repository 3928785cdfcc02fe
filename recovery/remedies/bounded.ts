/**
 * Makes a remedy of its look-and-act function: whatever it throws becomes an outcome, and it ends at its limit even
 * when what it waits for does not heed the signal.
 */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { Remedy } from '../../supervisor/ports/remedy.ts';
import { failed, reasonOf } from './outcome.ts';

type Run = (target: string | null, signal: AbortSignal) => Promise<RemedyOutcome>;

/** @param limitMs whole run, milliseconds */
export function remedy(name: RemedyName, limitMs: number, run: Run): Remedy {
  return {
    name,
    limitMs,
    async run(target, signal) {
      const limit = AbortSignal.timeout(limitMs);
      const both = AbortSignal.any([signal, limit]);
      const late = () => failed(limit.aborted ? `not done within ${limitMs / 1000} s` : 'it was called off');
      if (both.aborted) return late();
      const onAbort = new AbortController();
      const ended = new Promise<RemedyOutcome>((resolve) => {
        both.addEventListener('abort', () => resolve(late()), { once: true, signal: onAbort.signal });
      });
      try {
        return await Promise.race([run(target, both), ended]);
      } catch (error) {
        return failed(reasonOf(error));
      } finally {
        onAbort.abort();
      }
    },
  };
}
