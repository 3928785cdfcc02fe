/**
 * Makes a remedy of its look-and-act function: whatever it throws becomes an outcome, and it ends with its signal even
 * when what it waits for does not heed that.
 */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';
import type { Remedy } from '../../supervisor/ports/remedy.ts';
import { failed, reasonOf } from './outcome.ts';

type Run = (target: string | null, signal: AbortSignal) => Promise<RemedyOutcome>;

/** @param limitMs whole run, milliseconds; the caller's signal fires after it */
export function remedy(name: RemedyName, limitMs: number, run: Run): Remedy {
  return {
    name,
    limitMs,
    async run(target, signal) {
      if (signal.aborted) return failed(whyEnded(signal, limitMs));
      let end = (): void => undefined;
      const ended = new Promise<RemedyOutcome>((resolve) => {
        end = () => resolve(failed(whyEnded(signal, limitMs)));
      });
      signal.addEventListener('abort', end, { once: true });
      try {
        return await Promise.race([ended, run(target, signal)]);
      } catch (error) {
        return failed(reasonOf(error));
      } finally {
        signal.removeEventListener('abort', end);
      }
    },
  };
}

function whyEnded({ reason }: AbortSignal, limitMs: number): string {
  const isLimit = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isLimit ? `not done within ${limitMs / 1000} s` : 'it was called off';
}
