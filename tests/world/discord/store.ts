/** The memory of the Discord stand-in: chats, messages, nonces. Nothing is ever forgotten, deleted messages included. */
import type { DiscordDescription } from './description.ts';
import type { DiscordChange, DiscordChat, DiscordRecord } from './record.ts';
import { Snowflakes } from './snowflakes.ts';

/** Discord says "a few minutes" of how long a nonce is remembered. */
const NONCE_MEMORY_MS = 3 * 60_000;

export type NewMessage = Pick<DiscordRecord, 'chat' | 'user' | 'by' | 'content'> & Partial<DiscordRecord>;

/** There is no such chat, person or message. */
export class NoSuchThingError extends Error {
  readonly code = 'NO_SUCH_THING';
}

export class DiscordStore {
  readonly messages: DiscordRecord[] = [];
  readonly chats = new Map<string, DiscordChat>();
  /** When the bot showed that it was typing, by chat. */
  readonly typings: { at: number; chat: string }[] = [];
  readonly ids: Snowflakes;
  #byId = new Map<string, DiscordRecord>();

  /** @param changed called after every change, once it is on record */
  constructor(
    readonly description: DiscordDescription,
    readonly now: () => number,
    readonly changed: (change: DiscordChange) => void,
  ) {
    this.ids = new Snowflakes(now);
    for (const { id, name, threadOf, access = true } of description.channels) {
      const kind = threadOf === undefined ? 'channel' : 'thread';
      this.chats.set(id, { id, name, kind, of: threadOf ?? null, access });
    }
  }

  /** The direct chat of a person with the bot; it comes to be when first asked for. */
  directChat(user: string): DiscordChat {
    const known = [...this.chats.values()].find(({ kind, of }) => kind === 'dm' && of === user);
    if (known !== undefined) return known;
    const chat: DiscordChat = { id: this.ids.next(), name: '', kind: 'dm', of: user, access: true };
    this.chats.set(chat.id, chat);
    return chat;
  }

  create(message: NewMessage): DiscordRecord {
    const record: DiscordRecord = {
      ...{
        nonce: null,
        replyTo: null,
        webhook: null,
        pings: [],
        rolePings: [],
        files: [],
        embeds: [],
        components: [],
        reactions: [],
      },
      ...{ ephemeral: false, interaction: null, ...message, id: this.ids.next() },
      ...{ receivedAt: this.now(), editedAt: null, deletedAt: null },
    };
    this.messages.push(record);
    this.#byId.set(record.id, record);
    this.changed({ kind: 'created', message: record });
    return record;
  }

  /** The message the bot sent to this chat with this nonce a short while ago. */
  withNonce(chat: string, nonce: string): DiscordRecord | undefined {
    const since = this.now() - NONCE_MEMORY_MS;
    return this.messages.findLast(
      (one) => one.chat === chat && one.nonce === nonce && one.receivedAt >= since,
    );
  }

  edit(
    message: DiscordRecord,
    changes: Partial<Pick<DiscordRecord, 'content' | 'embeds' | 'files' | 'pings' | 'rolePings'>>,
  ): void {
    Object.assign(message, changes, { editedAt: this.now() });
    this.changed({ kind: 'edited', message });
  }

  /** Discord has looked a link up. */
  unfurl(message: DiscordRecord, embeds: readonly unknown[]): void {
    message.embeds = embeds;
    this.changed({ kind: 'unfurled', message });
  }

  removeAll(chat: string, messages: readonly DiscordRecord[]): void {
    for (const message of messages) message.deletedAt = this.now();
    this.changed({ kind: 'bulk_deleted', chat, messages });
  }

  remove(message: DiscordRecord): void {
    message.deletedAt = this.now();
    this.changed({ kind: 'deleted', message });
  }

  react(message: DiscordRecord, emoji: string, user: string, added: boolean): void {
    const others = message.reactions.filter((one) => one.emoji !== emoji || one.user !== user);
    message.reactions = added ? [...others, { emoji, user }] : others;
    this.changed({ kind: 'reacted', message, emoji, user, added });
  }

  /** Undefined when there is none, or it was deleted. */
  find(chat: string, id: string): DiscordRecord | undefined {
    const message = this.#byId.get(id);
    return message?.chat === chat && message.deletedAt === null ? message : undefined;
  }

  /** A chat's messages that anybody can still read, oldest first. */
  standing(chat: string): DiscordRecord[] {
    return this.messages.filter((one) => one.chat === chat && one.deletedAt === null && !one.ephemeral);
  }
}
