/**
 * The calls to Slack's Web API. Every call has a deadline and is never repeated in here: who calls decides. Remembers
 * what the calls say of the token: whether it is refused, and which scopes it lacks.
 */
import type { Logger, webApi } from '@slack/bolt';
import { failureOf, SlackCallError } from './failure.ts';

/** What is used of Bolt, which is loaded only when there is a Slack to talk to. */
export type Bolt = Pick<typeof import('@slack/bolt'), 'SocketModeReceiver' | 'webApi'>;

export type ApiOptions = { bolt: Bolt; token: string; apiUrl: string | undefined; logger: Logger };
export type Page = { messages: webApi.ConversationsHistoryResponse['messages']; next: string };
export type Post = { channel: string; thread: string | null; text: string; key: string; part: number };
export type Window = { channel: string; oldest: string; cursor: string; limit: number };
export type ReplyKey = { key: string; part: number };

/** Type of the metadata under which a reply's key is on record at Slack. */
const METADATA_TYPE = 'nanoclaw_reply';

/** Slack answers within a second as a rule; after this a call counts as lost, milliseconds. */
const CALL_DEADLINE_MS = 10_000;

/** Refusals that are about the token itself, from Slack's list of errors common to all methods. */
const TOKEN_REFUSED: ReadonlySet<string> = new Set([
  ...[
    'invalid_auth',
    'not_authed',
    'token_revoked',
    'token_expired',
    'account_inactive',
    'not_allowed_token_type',
  ],
]);

export class SlackApi {
  readonly #client: webApi.WebClient;
  readonly #missing = new Set<string>();
  #refusal: string | null = null;

  constructor({ bolt, token, apiUrl, logger }: ApiOptions) {
    this.#client = new bolt.webApi.WebClient(token, clientOptions(apiUrl, logger));
  }

  /** Why the token is refused; null while it is good. */
  get refusal(): string | null {
    return this.#refusal;
  }

  get missingScopes(): string[] {
    return [...this.#missing].sort();
  }

  /** @throws SlackCallError, as every method here. @returns our own user id */
  async identify(): Promise<string> {
    const { user_id } = await this.#call('auth.test', () => this.#client.auth.test());
    return user_id ?? '';
  }

  /** @returns the message's id */
  async post({ channel, thread, text, key, part }: Post): Promise<string> {
    const metadata = { event_type: METADATA_TYPE, event_payload: { key, part } };
    const place = thread === null ? { channel } : { channel, thread_ts: thread };
    const { ts } = await this.#call('chat.postMessage', () =>
      this.#client.chat.postMessage({ ...place, text, metadata }),
    );
    return ts ?? '';
  }

  /** Newest first; messages in threads are left out. */
  history(window: Window): Promise<Page> {
    return this.#page('conversations.history', () =>
      this.#client.conversations.history({ ...window, include_all_metadata: true }),
    );
  }

  /** Oldest first; the message that started the thread leads each page. */
  replies(window: Window, thread: string): Promise<Page> {
    return this.#page('conversations.replies', () =>
      this.#client.conversations.replies({ ...window, ts: thread, include_all_metadata: true }),
    );
  }

  /** What people call a person; null when Slack doesn't say. */
  async userName(user: string): Promise<string | null> {
    const answer = await this.#call('users.info', () => this.#client.users.info({ user }));
    const { profile, real_name, name } = answer.user ?? {};
    return profile?.display_name || profile?.real_name || real_name || name || null;
  }

  /** A channel's name, or the id of the person at the other end of a direct chat. */
  async chatName(channel: string): Promise<{ name: string | null; user: string | null }> {
    const answer = await this.#call('conversations.info', () => this.#client.conversations.info({ channel }));
    // Slack gives `user` for direct chats; the client's types don't know.
    const chat: { name?: string; user?: string } = answer.channel ?? {};
    return { name: chat.name ?? null, user: chat.user ?? null };
  }

  async react(channel: string, timestamp: string, name: string, present: boolean): Promise<void> {
    const { add, remove } = this.#client.reactions;
    await this.#call('reactions', () => (present ? add : remove)({ channel, timestamp, name }));
  }

  async #page(method: string, call: () => Promise<webApi.ConversationsHistoryResponse>): Promise<Page> {
    const { messages, response_metadata } = await this.#call(method, call);
    return { messages: messages ?? [], next: response_metadata?.next_cursor ?? '' };
  }

  async #call<T>(method: string, call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#refusal = null;
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused' && TOKEN_REFUSED.has(failure.code)) this.#refusal = failure.code;
      if (failure.kind === 'refused' && failure.code === 'missing_scope')
        this.#missing.add(failure.needed ?? `the one for ${method}`);
      throw new SlackCallError(method, failure, error);
    }
  }
}

/** Options for any client of ours: one try, a deadline, and told to wait rather than made to. */
export function clientOptions(apiUrl: string | undefined, logger: Logger): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: CALL_DEADLINE_MS, logger },
  };
}

/** The reply a message of the history is a part of; null for any other message. */
export function replyKeyOf(message: unknown): ReplyKey | null {
  const { metadata } = message as { metadata?: { event_type?: unknown; event_payload?: Partial<ReplyKey> } };
  const { key, part } = metadata?.event_payload ?? {};
  if (metadata?.event_type !== METADATA_TYPE || key === undefined || part === undefined) return null;
  return { key: String(key), part: Number(part) };
}
