/** From a message of Discord, live or out of its history, to what the journal stores. Pure. */
import type { APIMessage } from 'discord.js';
import type { InboundFile, InboundMessage } from '../../store/journal.ts';
import type { MessageChange } from '../channel.ts';
import { refOf } from './file-ref.ts';
import { type Names, readMarkup } from './markup.ts';
import { timeOf } from './snowflake.ts';

export const JID_PREFIX = 'dc:';

/** Where a message was written. A thread is a channel of its own. */
export type Place = { kind: 'direct' } | { kind: 'server'; name: string };

/** Who we are there, and how the things a text names are called. */
export type Surroundings = {
  botId: string;
  assistantName: string;
  /** The role that Discord made for the bot; people may mention it instead of the bot. */
  isBotRole(id: string): boolean;
  roleName(id: string): string | null;
  channelName(id: string): string | null;
};

/** The part of a message that counts; `member` comes with live ones only. */
export type DiscordMessage = Pick<
  APIMessage,
  | 'id'
  | 'channel_id'
  | 'type'
  | 'author'
  | 'content'
  | 'mentions'
  | 'mention_roles'
  | 'attachments'
  | 'edited_timestamp'
> & {
  member?: { nick?: string | null } | undefined;
  sticker_items?: readonly { name: string }[] | undefined;
  webhook_id?: string | undefined;
  referenced_message?: { author: { id: string } } | null | undefined;
};

/**
 * Discord's reference: message types. A message, a reply, and a bot's answers to commands; all others are notices of
 * Discord's own ("… joined", "… pinned").
 */
const WRITTEN: readonly number[] = [0, 19, 20, 23];

/** @returns null for what nobody else wrote: our own messages, Discord's notices */
export function translate(
  message: DiscordMessage,
  place: Place,
  around: Surroundings,
): InboundMessage | null {
  const { author } = message;
  if (author.id === around.botId || !WRITTEN.includes(message.type)) return null;
  const senderName = message.member?.nick ?? author.global_name ?? author.username;
  const isDirect = place.kind === 'direct';
  return {
    jid: `${JID_PREFIX}${message.channel_id}`,
    channel: 'discord',
    chatName: isDirect ? senderName : place.name,
    isGroup: !isDirect,
    id: message.id,
    thread: null,
    sender: author.id,
    senderName,
    text: textOf(message, around),
    mentioned: isDirect || callsBot(message, around),
    fromBot: author.bot === true || message.webhook_id !== undefined,
    files: message.attachments.map((attachment) => fileOf(message, attachment)),
    at: timeOf(message.id),
  };
}

/** @returns null when nobody changed what is written: Discord also tells of links it has looked up, of pins and such */
export function translateEdit(
  message: DiscordMessage,
  place: Place,
  around: Surroundings,
): MessageChange | null {
  if (typeof message.edited_timestamp !== 'string' || typeof message.content !== 'string') return null;
  const inbound = translate(message, place, around);
  if (inbound === null) return null;
  const { jid, id, text, mentioned } = inbound;
  return { jid, id, kind: 'edited', text, mentioned, at: Date.parse(message.edited_timestamp) };
}

/** What was written, with one line for each sticker. */
function textOf(message: DiscordMessage, around: Surroundings): string {
  const stickers = (message.sticker_items ?? []).map(({ name }) => `[sticker: ${name}]`);
  const lines = [readMarkup(message.content, namesOf(message, around)).trim(), ...stickers];
  return lines.filter((line) => line !== '').join('\n');
}

/** Discord lists whom a message pings. A reply to one of the bot's messages calls it also when it does not ping. */
function callsBot(message: DiscordMessage, { botId, isBotRole }: Surroundings): boolean {
  const { mentions, mention_roles: roles, referenced_message: answered } = message;
  return mentions.some(({ id }) => id === botId) || roles.some(isBotRole) || answered?.author.id === botId;
}

function fileOf(
  { channel_id: channel, id }: DiscordMessage,
  attachment: APIMessage['attachments'][number],
): InboundFile {
  const ref = refOf({ channel, message: id, attachment: attachment.id });
  return { ref, name: attachment.filename, bytes: attachment.size };
}

function namesOf({ mentions }: Pick<DiscordMessage, 'mentions'>, around: Surroundings): Names {
  return {
    user(id) {
      if (id === around.botId) return around.assistantName;
      const user = mentions.find((one) => one.id === id);
      return user ? (user.global_name ?? user.username) : null;
    },
    role: (id) => (around.isBotRole(id) ? around.assistantName : around.roleName(id)),
    channel: (id) => around.channelName(id),
  };
}
