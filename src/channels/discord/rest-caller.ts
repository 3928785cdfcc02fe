/**
 * One REST client of discord.js that never waits and never repeats by itself: who calls decides. Apart from the
 * client that holds the gateway, so that sending goes on while that one reconnects.
 */
import type { REST } from 'discord.js';
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
    this.#rest = new library.REST({ api: url, retries: 0, timeout, rejectOnRateLimit: () => true });
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
