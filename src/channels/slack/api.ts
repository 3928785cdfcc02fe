/** The methods of Slack's Web API that read and write messages and say who is who. Each may throw SlackCallError. */
import type { webApi } from '@slack/bolt';
import type { Calls } from './calls.ts';

export type Page = { messages: webApi.ConversationsHistoryResponse['messages']; next: string };
export type Post = { channel: string; thread: string | null; text: string; key: string; part: number };
export type Window = { channel: string; oldest: string; cursor: string; limit: number };
export type ReplyKey = { key: string; part: number };
/** Who we are to Slack: the user that people mention, and the bot that apps see. */
export type Identity = { userId: string; botId: string };
export type ChatType = 'public_channel' | 'private_channel' | 'im' | 'mpim';
/** `user` is the person at the other end of a direct chat. */
export type KnownChat = { id: string; name: string | null; user: string | null };

/** Type of the metadata under which a reply's key is on record at Slack. */
const METADATA_TYPE = 'nanoclaw_reply';

/** The most that Slack gives in one page of chats. */
const CHATS_PAGE = 999;

export class SlackApi {
  readonly #client: webApi.WebClient;

  constructor(readonly calls: Calls) {
    this.#client = calls.client;
  }

  async identify(): Promise<Identity> {
    const { user_id, bot_id } = await this.calls.make('auth.test', () => this.#client.auth.test());
    return { userId: user_id ?? '', botId: bot_id ?? '' };
  }

  /** @returns the message's id */
  async post({ channel, thread, text, key, part }: Post): Promise<string> {
    const metadata = { event_type: METADATA_TYPE, event_payload: { key, part } };
    const place = thread === null ? { channel } : { channel, thread_ts: thread };
    const { ts } = await this.calls.make('chat.postMessage', () =>
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
    const answer = await this.calls.make('users.info', () => this.#client.users.info({ user }));
    const { profile, real_name, name } = answer.user ?? {};
    return profile?.display_name || profile?.real_name || real_name || name || null;
  }

  async chat(channel: string): Promise<KnownChat> {
    const answer = await this.calls.make('conversations.info', () =>
      this.#client.conversations.info({ channel }),
    );
    return knownChat(answer.channel ?? {}, channel);
  }

  /** One page of the chats we are in. */
  async chats(types: ChatType, cursor: string): Promise<{ chats: KnownChat[]; next: string }> {
    const { channels = [], response_metadata } = await this.calls.make('users.conversations', () =>
      this.#client.users.conversations({ types, cursor, limit: CHATS_PAGE, exclude_archived: true }),
    );
    const chats = channels.map((one) => knownChat(one, one.id ?? ''));
    return { chats, next: response_metadata?.next_cursor ?? '' };
  }

  async react(channel: string, timestamp: string, name: string, present: boolean): Promise<void> {
    const { add, remove } = this.#client.reactions;
    await this.calls.make('reactions', () => (present ? add : remove)({ channel, timestamp, name }));
  }

  async #page(method: string, call: () => Promise<webApi.ConversationsHistoryResponse>): Promise<Page> {
    const { messages, response_metadata } = await this.calls.make(method, call);
    return { messages: messages ?? [], next: response_metadata?.next_cursor ?? '' };
  }
}

/** The reply a message of the history is a part of; null for any other message. */
export function replyKeyOf(message: unknown): ReplyKey | null {
  const { metadata } = message as { metadata?: { event_type?: unknown; event_payload?: Partial<ReplyKey> } };
  const { key, part } = metadata?.event_payload ?? {};
  if (metadata?.event_type !== METADATA_TYPE || key === undefined || part === undefined) return null;
  return { key: String(key), part: Number(part) };
}

/** Slack gives `user` for direct chats; the client's types don't always know. */
function knownChat(chat: { name?: string; user?: string }, id: string): KnownChat {
  return { id, name: chat.name ?? null, user: chat.user ?? null };
}
