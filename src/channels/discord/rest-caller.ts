/**
 * One REST client of discord.js that never waits and never repeats by itself: who calls decides. Apart from the
 * client that holds the gateway, so that sending goes on while that one reconnects.
 */
import type { REST, RESTOptions } from 'discord.js';
import { Agent, fetch, type RequestInit } from 'undici';
import type { DiscordLibrary } from './library.ts';
import { isUnauthorized } from './outcome.ts';

export class RestCaller {
  readonly #rest: REST;
  /** Whether Discord refused the token at the last call. */
  unauthorized = false;

  /**
   * @param url without `/v10`, which the client adds
   * @param timeout a request without an answer ends after this, milliseconds
   */
  constructor(
    library: Pick<DiscordLibrary, 'REST'>,
    url: string,
    readonly token: string,
    timeout: number,
  ) {
    const quiet = { retries: 0, timeout, rejectOnRateLimit: () => true };
    this.#rest = new library.REST({ api: url, ...quiet, makeRequest: requestThrough(new Agent()) });
  }

  /**
   * discord.js never takes its listeners off a signal, so each request gets a signal of its own. Rejects with what
   * `readRefusal` reads.
   */
  async call<Result>(
    signal: AbortSignal,
    run: (rest: REST, own: AbortSignal) => Promise<unknown>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const own = new AbortController();
    const abort = () => own.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#rest.setToken(this.token); // after a 401 the client has forgotten it
    try {
      const result = await run(this.#rest, own.signal);
      this.unauthorized = false;
      return result as Result;
    } catch (error) {
      if (isUnauthorized(error)) this.unauthorized = true;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

/**
 * discord.js brings an undici of its own, and all of them in a process share one dispatcher: whose was loaded first
 * decides, and with another one's uploads break. So these requests go by ours, through a dispatcher of their own.
 */
function requestThrough(dispatcher: Agent): RESTOptions['makeRequest'] {
  return async (url, init) => {
    try {
      // The same fields; only the two versions' types know nothing of each other.
      const answer = await fetch(url, { ...(init as unknown as RequestInit), dispatcher });
      return answer as Awaited<ReturnType<RESTOptions['makeRequest']>>;
    } catch (error) {
      // "fetch failed" says nothing; the cause does.
      throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
    }
  };
}
