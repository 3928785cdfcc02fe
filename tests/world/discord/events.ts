/** The gateway events after a change, as far as a session's intents reach. Pure. */
import { type DiscordDescription, INTENT } from './description.ts';
import type { DiscordChange, DiscordChat, DiscordRecord } from './record.ts';
import { CHANNEL_TYPE, type Shapes } from './shapes.ts';

export type GatewayEvent = { t: string; d: object };

export type Seeing = {
  chat: DiscordChat;
  intents: number;
  shapes: Shapes;
  description: DiscordDescription;
};

/** Null when the session is not told. */
export function eventOf(change: DiscordChange, seeing: Seeing): GatewayEvent | null {
  const { chat, intents, shapes } = seeing;
  const isDirect = chat.kind === 'dm';
  if (!chat.access || (intents & intentOf(change, isDirect)) === 0) return null;
  const place = isDirect
    ? { channel_id: chat.id }
    : { channel_id: chat.id, guild_id: seeing.description.guild.id };
  switch (change.kind) {
    case 'created': {
      const { nonce } = change.message;
      const d = { ...messageShape(change.message, seeing), ...place, ...(nonce === null ? {} : { nonce }) };
      return { t: 'MESSAGE_CREATE', d };
    }
    case 'edited':
    case 'unfurled':
      return { t: 'MESSAGE_UPDATE', d: { ...messageShape(change.message, seeing), ...place } };
    case 'deleted':
      return { t: 'MESSAGE_DELETE', d: { id: change.message.id, ...place } };
    case 'bulk_deleted':
      return { t: 'MESSAGE_DELETE_BULK', d: { ids: change.messages.map(({ id }) => id), ...place } };
    case 'reacted': {
      const { message, user, emoji, added } = change;
      const what = {
        user_id: user,
        message_id: message.id,
        emoji: { id: null, name: emoji },
        burst: false,
        type: 0,
      };
      return { t: `MESSAGE_REACTION_${added ? 'ADD' : 'REMOVE'}`, d: { ...what, ...place } };
    }
    case 'typing': {
      const who = { user_id: change.user, ...(isDirect ? {} : { member: shapes.member(change.user) }) };
      return { t: 'TYPING_START', d: { ...who, timestamp: 0, ...place } };
    }
  }
}

/** Without the message content intent only direct messages, own ones and those that ping the bot can be read. */
export function isReadable(message: DiscordRecord, { chat, intents, description: { bot } }: Seeing): boolean {
  const concernsBot = message.user === bot.id || message.pings.includes(bot.id);
  return chat.kind === 'dm' || concernsBot || (intents & INTENT.messageContent) !== 0;
}

function messageShape(message: DiscordRecord, seeing: Seeing): object {
  const { shapes, chat } = seeing;
  const { user: _user, ...member } = shapes.member(message.user);
  return {
    ...shapes.message(message, isReadable(message, seeing)),
    // discord.js goes by it: without it a direct chat it has not met is unknown to it, and its messages are dropped.
    channel_type: CHANNEL_TYPE[chat.kind],
    ...(chat.kind === 'dm' ? {} : { member }),
  };
}

function intentOf({ kind }: DiscordChange, isDirect: boolean): number {
  switch (kind) {
    case 'created':
    case 'edited':
    case 'unfurled':
    case 'deleted':
    case 'bulk_deleted':
      return isDirect ? INTENT.directMessages : INTENT.guildMessages;
    case 'reacted':
      return isDirect ? INTENT.directReactions : INTENT.guildReactions;
    case 'typing':
      return isDirect ? INTENT.directTyping : INTENT.guildTyping;
  }
}
