/**
 * Whether the model's API answers what agents ask of it, judged by their own requests: nobody is asked for the sake of
 * looking. Status codes alone count, never what an answer says.
 *
 *   well ──several failures in a row──▶ down ──an answer, or nothing asked for a while──▶ well
 */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Clock } from '../clock.ts';

/** Fewer may be a moment's overload. */
const FAILURES = 3;
/** A failure tells of the present for so long, milliseconds: a turn that fails is tried again more often than that. */
const TELLS_FOR_MS = 5 * 60_000;

/** 402 and 429 are the sign-in's to mend where another credential is left; then its answers end the row. */
function isFailure(status: number): boolean {
  return status >= 500 || status === 402 || status === 429;
}

export class ModelReach {
  /** The last failures in a row; steady clock. */
  #failures = { count: 0, lastAt: 0, reason: '' };

  constructor(readonly clock: Pick<Clock, 'monotonic'>) {}

  /** The API began to answer. */
  answered(status: number): void {
    if (isFailure(status)) this.failed(`it answers HTTP ${status}`);
    else this.#failures = { count: 0, lastAt: 0, reason: '' };
  }

  /** It gave no answer. */
  failed(reason: string): void {
    this.#failures = { count: this.#failures.count + 1, lastAt: this.clock.monotonic(), reason };
  }

  health(): ComponentHealth {
    const part = { name: 'model-api', required: false } as const;
    const { count, lastAt, reason } = this.#failures;
    const isPresent = this.clock.monotonic() - lastAt < TELLS_FOR_MS;
    if (count < FAILURES || !isPresent)
      return { ...part, state: 'ok', reason: 'no request has failed lately' };
    const said = `the model's API has failed ${count} requests in a row: ${reason}`;
    return { ...part, state: 'failed', reason: said, signal: 'model_down' };
  }
}
