/** The people of the Discord stand-in: they write, edit, delete, react, type and give commands. */
import { mentionedIn, rolesMentionedIn } from './compose.ts';
import type { DiscordDescription } from './description.ts';
import type { GatewayEvent } from './events.ts';
import type { Interaction, Interactions } from './interactions.ts';
import type { DiscordChange, DiscordChat, DiscordRecord } from './record.ts';
import type { Shapes } from './shapes.ts';
import { type DiscordStore, NoSuchThingError } from './store.ts';

export type PersonFile = { name: string; bytes: Buffer; type?: string };
export type Writing = {
  /** A channel's or thread's id; the id of a person for that person's direct chat with the bot. */
  chat: string;
  user: string;
  text: string;
  /** Id of the message this replies to; its author is pinged. */
  replyTo?: string;
  files?: readonly PersonFile[];
};
export type Commanding = {
  chat: string;
  user: string;
  command: string;
  options?: readonly { name: string; value: string }[];
};

export type Telling = {
  tell: (change: DiscordChange) => void;
  tellAll: (event: GatewayEvent) => void;
};

export class DiscordPeople {
  constructor(
    readonly store: DiscordStore,
    readonly shapes: Shapes,
    readonly interactions: Interactions,
    readonly telling: Telling,
  ) {}

  /** Text that mentions the bot. */
  mention(text: string): string {
    return `<@${this.#description.bot.id}> ${text}`.trimEnd();
  }

  /** @throws NoSuchThingError */
  write({ chat, user, text, replyTo, files = [] }: Writing): DiscordRecord {
    const place = this.#chat(chat, user).id;
    const replied = replyTo === undefined ? undefined : this.store.find(place, replyTo);
    if (replyTo !== undefined && replied === undefined) throw new NoSuchThingError(`no message ${replyTo}`);
    const pings = [...mentionedIn(text), ...(replied === undefined ? [] : [replied.user])];
    return this.store.create({
      ...{ chat: place, user, by: 'person', content: text, replyTo: replyTo ?? null },
      pings: [...new Set(pings)],
      rolePings: rolesMentionedIn(text),
      files: files.map(({ name, bytes, type = 'text/plain' }) => ({
        id: this.store.ids.next(),
        name,
        bytes,
        type,
      })),
    });
  }

  edit(message: DiscordRecord, text: string): void {
    this.store.edit(message, { content: text, pings: mentionedIn(text), rolePings: rolesMentionedIn(text) });
  }

  /** A webhook of the channel writes. */
  postByWebhook({
    chat,
    id,
    name,
    text,
  }: {
    chat: string;
    id: string;
    name: string;
    text: string;
  }): DiscordRecord {
    const [first] = this.#description.users;
    const place = this.#chat(chat, first?.id ?? '').id;
    return this.store.create({
      ...{ chat: place, user: id, webhook: name, by: 'person', content: text, pings: mentionedIn(text) },
    });
  }

  /** Discord has looked up a link in a message. */
  unfurl(message: DiscordRecord): void {
    this.store.unfurl(message, [{ type: 'link', title: 'a page', url: 'https://example.org' }]);
  }

  removeAll(messages: readonly DiscordRecord[]): void {
    const [first] = messages;
    if (first !== undefined) this.store.removeAll(first.chat, messages);
  }

  remove(message: DiscordRecord): void {
    this.store.remove(message);
  }

  react(message: DiscordRecord, emoji: string, user: string): void {
    this.store.react(message, emoji, user, true);
  }

  type(chat: string, user: string): void {
    this.telling.tell({ kind: 'typing', chat: this.#chat(chat, user).id, user });
  }

  slash({ chat, user, command, options = [] }: Commanding): Interaction {
    const place = this.#chat(chat, user);
    const id = this.store.ids.next();
    const interaction = this.interactions.add({ id, name: command, chat: place.id, user });
    const given = options.map((option) => ({ ...option, type: 3 }));
    const data = { id: '1', name: command, type: 1, options: given };
    this.telling.tellAll({ t: 'INTERACTION_CREATE', d: this.#interactionShape(interaction, place, data) });
    return interaction;
  }

  #interactionShape({ id, token, user }: Interaction, chat: DiscordChat, data: object): object {
    const { bot, guild } = this.#description;
    const isDirect = chat.kind === 'dm';
    return {
      ...{ id, token, application_id: bot.applicationId, type: 2, version: 1, data, locale: 'ko' },
      ...{ channel_id: chat.id, channel: this.shapes.channel(chat), app_permissions: '274878024768' },
      ...{ entitlements: [], authorizing_integration_owners: {}, context: isDirect ? 1 : 0 },
      ...{ attachment_size_limit: 10_485_760 },
      ...(isDirect
        ? { user: this.shapes.user(user) }
        : { guild_id: guild.id, guild_locale: 'ko', member: this.shapes.member(user) }),
    };
  }

  get #description(): DiscordDescription {
    return this.store.description;
  }

  #chat(given: string, user: string): DiscordChat {
    const { users } = this.#description;
    if (!users.some(({ id }) => id === user)) throw new NoSuchThingError(`no person ${user}`);
    if (users.some(({ id }) => id === given)) return this.store.directChat(given);
    const chat = this.store.chats.get(given);
    if (chat === undefined) throw new NoSuchThingError(`no chat ${given}`);
    return chat;
  }
}
