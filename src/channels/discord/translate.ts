/** From a message of Discord, live or out of its history, to what the journal stores. Pure. */
import type { APIMessage } from 'discord.js';
import { buildTrigger, isTriggered } from '../../inbound/trigger.ts';
import type { InboundMessage } from '../../store/journal.ts';
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
  'id' | 'channel_id' | 'type' | 'author' | 'content' | 'mentions' | 'mention_roles' | 'attachments'
> & {
  member?: { nick?: string | null } | undefined;
  sticker_items?: readonly { name: string }[] | undefined;
  webhook_id?: string | undefined;
};

/** Discord's reference: message types. All others are notices of Discord's own ("… joined", "… pinned"). */
const WRITTEN_BY_PEOPLE: readonly number[] = [0, 19];

/** @returns null for what nobody wrote to us: our own messages, other bots, Discord's notices */
export function translate(
  message: DiscordMessage,
  place: Place,
  around: Surroundings,
): InboundMessage | null {
  const { author } = message;
  if (author.bot || message.webhook_id !== undefined) return null;
  if (!WRITTEN_BY_PEOPLE.includes(message.type)) return null;
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
    text: textOf(message, isDirect, around),
    at: timeOf(message.id),
  };
}

/** What was written; when it calls the bot it begins with `@<assistant>`, so that the trigger rules apply. */
function textOf(message: DiscordMessage, isDirect: boolean, around: Surroundings): string {
  const lines = [readMarkup(message.content, namesOf(message, around)).trim(), ...enclosed(message)];
  const text = lines.filter((line) => line !== '').join('\n');
  if (!isDirect && !callsBot(message, around)) return text;
  const isCalled = isTriggered(buildTrigger(around.assistantName, undefined), text);
  return isCalled ? text : `@${around.assistantName} ${text}`.trimEnd();
}

/** Discord lists whom a message pings; that includes a reply to one of the bot's messages. */
function callsBot({ mentions, mention_roles }: DiscordMessage, { botId, isBotRole }: Surroundings): boolean {
  return mentions.some(({ id }) => id === botId) || mention_roles.some(isBotRole);
}

function namesOf({ mentions }: DiscordMessage, around: Surroundings): Names {
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

function enclosed({ attachments, sticker_items = [] }: DiscordMessage): string[] {
  const files = attachments.map(({ filename, size }) => `[file: ${filename}, ${readableSize(size)}]`);
  return [...files, ...sticker_items.map(({ name }) => `[sticker: ${name}]`)];
}

function readableSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
