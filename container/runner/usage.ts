/**
 * What a turn cost. The SDK tells tokens per result and money as the session's running total, which a resumed
 * session takes over from before; so a total is only worth its difference to the last one of the same session.
 */
import type * as z from 'zod';
import type { usageSchema } from '../../contracts/link.ts';
import type { ResultEvent } from './conversation.ts';

type Usage = z.infer<typeof usageSchema>;

export class UsageMeter {
  #turn: Usage | null = null;
  #session: string | null = null;
  /** Null: resumed, and its earlier total is not known. */
  #total: number | null = 0;

  /** A conversation begins, with the session it resumes. */
  opened(session: string | null): void {
    if (session !== null && session === this.#session) return;
    this.#session = session;
    this.#total = session === null ? 0 : null;
  }

  /** A fresh session has got its name. */
  named(session: string): void {
    this.#session = session;
  }

  /** The first total after a resume of unknown history is where counting starts: that result's money is lost. */
  count(result: ResultEvent): void {
    const costUsd = this.#total === null ? 0 : Math.max(0, result.totalCostUsd - this.#total);
    this.#total = result.totalCostUsd;
    const {
      inputTokens,
      outputTokens,
      costUsd: before,
    } = this.#turn ?? { inputTokens: 0, outputTokens: 0, costUsd: 0 };
    this.#turn = {
      inputTokens: inputTokens + result.inputTokens,
      outputTokens: outputTokens + result.outputTokens,
      costUsd: before + costUsd,
    };
  }

  /** The turn is over: its sum, null when there was no result. */
  take(): Usage | null {
    const turn = this.#turn;
    this.#turn = null;
    return turn;
  }
}
