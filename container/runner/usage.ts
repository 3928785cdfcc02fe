/**
 * What a turn used, its subagents included: of those Claude Code tells only in the session's running total. A resumed
 * session takes it over from before, unless its last child was killed, which saved none. So a total is worth its difference
 * to the last one of the same session, or the whole where it has begun anew.
 */
import type { Usage } from '../../contracts/link.ts';
import type { ResultEvent } from './conversation.ts';

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

export class UsageMeter {
  #turn: Usage | null = null;
  #session: string | null = null;
  /** Null: resumed, and its earlier total is not known. */
  #total: Usage | null = NOTHING;

  /** A conversation begins, with the session it resumes. */
  opened(session: string | null): void {
    if (session !== null && session === this.#session) return;
    this.#session = session;
    this.#total = session === null ? NOTHING : null;
  }

  /** A fresh session has got its name. */
  named(session: string): void {
    this.#session = session;
  }

  /**
   * The first total after a resume of unknown history is where counting starts: of that result only the main thread's
   * tokens are counted. A crash may tell a total of nothing, which is not believed.
   */
  count({ own, total }: Pick<ResultEvent, 'own' | 'total'>): void {
    const spent = combine(this.#since(total), { ...own, costUsd: 0 }, Math.max);
    if (total.inputTokens > 0) this.#total = total;
    this.#turn = combine(this.#turn ?? NOTHING, spent, (one, other) => one + other);
  }

  #since(total: Usage): Usage {
    if (this.#total === null) return NOTHING;
    const isAnew = total.inputTokens < this.#total.inputTokens;
    return isAnew ? total : combine(total, this.#total, (now, before) => now - before);
  }

  /** The turn is over: its sum, null when there was no result. */
  take(): Usage | null {
    const turn = this.#turn;
    this.#turn = null;
    return turn;
  }
}

function combine(one: Usage, other: Usage, by: (a: number, b: number) => number): Usage {
  return {
    inputTokens: by(one.inputTokens, other.inputTokens),
    outputTokens: by(one.outputTokens, other.outputTokens),
    costUsd: by(one.costUsd, other.costUsd),
  };
}
