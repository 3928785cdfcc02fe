/**
 * The few REST calls we make, through discord.js' own REST client. It never waits and never repeats by itself: who
 * calls decides. Apart from the client that holds the gateway, so that sending goes on while that one reconnects.
 */
import type { APIChannel, APIMessage, REST } from 'discord.js';
import type { DiscordLibrary } from './library.ts';
import { isUnauthorized } from './outcome.ts';
import { compareIds } from './snowflake.ts';

/** A request without an answer ends after this, milliseconds; below the outbox's own deadline of a send. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Most messages of one page of history; Discord's reference: Get Channel Messages. */
export const PAGE_SIZE = 100;

/** Discord's reference: Create Message. */
export type NewMessage = {
  content: string;
  nonce: string;
  enforce_nonce: true;
  allowed_mentions: { parse: 'users'[]; replied_user: boolean };
  message_reference?: { message_id: string; fail_if_not_exists: false };
};

/** All reject with what `readRefusal` reads. */
export interface Api {
  /** Whether Discord refused the token at the last call. */
  readonly unauthorized: boolean;
  create(channelId: string, message: NewMessage, signal: AbortSignal): Promise<APIMessage>;
  /** The first messages after an id, oldest first, `PAGE_SIZE` at most. */
  after(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage[]>;
  channel(channelId: string, signal: AbortSignal): Promise<APIChannel>;
  type(channelId: string, signal: AbortSignal): Promise<void>;
}

export class RestApi implements Api {
  readonly #rest: REST;
  unauthorized = false;

  /** @param url without `/v10`, which the client adds */
  constructor(
    readonly library: Pick<DiscordLibrary, 'REST' | 'Routes'>,
    url: string,
    readonly token: string,
  ) {
    const quiet = { retries: 0, timeout: REQUEST_TIMEOUT_MS, rejectOnRateLimit: () => true };
    this.#rest = new library.REST({ api: url, ...quiet });
  }

  create(channelId: string, body: NewMessage, signal: AbortSignal): Promise<APIMessage> {
    const route = this.library.Routes.channelMessages(channelId);
    return this.#call(signal, (own) => this.#rest.post(route, { body, signal: own })) as Promise<APIMessage>;
  }

  async after(channelId: string, id: string, signal: AbortSignal): Promise<APIMessage[]> {
    const route = this.library.Routes.channelMessages(channelId);
    const query = new URLSearchParams({ after: id, limit: String(PAGE_SIZE) });
    const page = await this.#call(signal, (own) => this.#rest.get(route, { query, signal: own }));
    return (page as APIMessage[]).sort((a, b) => compareIds(a.id, b.id));
  }

  channel(channelId: string, signal: AbortSignal): Promise<APIChannel> {
    const route = this.library.Routes.channel(channelId);
    return this.#call(signal, (own) => this.#rest.get(route, { signal: own })) as Promise<APIChannel>;
  }

  async type(channelId: string, signal: AbortSignal): Promise<void> {
    const route = this.library.Routes.channelTyping(channelId);
    await this.#call(signal, (own) => this.#rest.post(route, { signal: own }));
  }

  /** discord.js never takes its listeners off a signal, so each request gets a signal of its own. */
  async #call(signal: AbortSignal, run: (own: AbortSignal) => Promise<unknown>): Promise<unknown> {
    signal.throwIfAborted();
    const own = new AbortController();
    const abort = () => own.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#rest.setToken(this.token); // after a 401 the client has forgotten it
    try {
      const result = await run(own.signal);
      this.unauthorized = false;
      return result;
    } catch (error) {
      if (isUnauthorized(error)) this.unauthorized = true;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
