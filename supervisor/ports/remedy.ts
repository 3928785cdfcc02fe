/** One remedy of tier 2: look, act, look again. */
import type { RemedyName, RemedyOutcome } from '../../contracts/remedy.ts';

/** All of them; a new name does not compile until it has a remedy. */
export type Remedies = Record<RemedyName, Remedy>;

export interface Remedy {
  readonly name: RemedyName;
  /** Whole run, milliseconds; then the signal fires and the outcome is `failed`. */
  readonly limitMs: number;
  /**
   * May be called again after a crash in the middle: every step can be repeated without harm. Never rejects.
   * @param target what it is about (channel, group folder), null where there is only one
   */
  run(target: string | null, signal: AbortSignal): Promise<RemedyOutcome>;
}
