/** How Discord shows things on the wire. Pure. */
import { guildShape } from './guild-shape.ts';
import { PERMISSIONS } from './permissions.ts';
import type { DiscordChat, DiscordFile, DiscordRecord } from './record.ts';
import type { SignedFiles } from './signed-files.ts';
import type { DiscordStore } from './store.ts';

export type Shapes = ReturnType<typeof shapesOf>;

/** Discord's reference: channel types. */
export const CHANNEL_TYPE = { channel: 0, dm: 1, thread: 11 } as const;
/** Discord's reference: message types. */
const MESSAGE_TYPE = { plain: 0, reply: 19, command: 20 } as const;
const EPHEMERAL = 64;

type Store = Pick<DiscordStore, 'description' | 'find'>;

/** @param files where attachments are fetched */
export function shapesOf(store: Store, files: Pick<SignedFiles, 'url'>) {
  const { guild, bot, users } = store.description;
  const user = (id: string) => {
    const known = id === bot.id ? { ...bot, isBot: true } : users.find((one) => one.id === id);
    return {
      ...{ id, username: known?.username ?? 'gone', discriminator: '0', avatar: null, public_flags: 0 },
      global_name: known !== undefined && 'globalName' in known ? (known.globalName ?? null) : null,
      ...(known?.isBot ? { bot: true } : {}),
    };
  };
  const member = (id: string) => ({
    ...{
      nick: null,
      avatar: null,
      roles: [],
      joined_at: new Date(0).toISOString(),
      deaf: false,
      mute: false,
    },
    ...{ flags: 0, pending: false, permissions: PERMISSIONS, user: user(id) },
  });
  const channel = (chat: DiscordChat) => ({
    ...{ id: chat.id, type: CHANNEL_TYPE[chat.kind], last_message_id: null, flags: 0 },
    ...(chat.kind === 'dm'
      ? { recipients: [user(chat.of ?? '')] }
      : {
          guild_id: guild.id,
          name: chat.name,
          position: 0,
          permission_overwrites: [],
          nsfw: false,
          topic: null,
        }),
    ...(chat.kind === 'thread' ? threadShape(chat, bot.id) : { parent_id: null }),
  });
  const attachment = (chat: string, file: DiscordFile) => {
    const { id, type, bytes } = file;
    const url = files.url(chat, file);
    const about = { id, size: bytes.length, content_type: type, url, proxy_url: url };
    return { ...about, ...nameShape(file.name) };
  };
  const author = (record: DiscordRecord) =>
    record.webhook === null
      ? user(record.user)
      : { ...user(record.user), username: record.webhook, discriminator: '0000', bot: true };
  /** @param readable false: the bot lacks the message content intent and sees the hull only */
  const message = (record: DiscordRecord, readable = true): object => ({
    ...{ id: record.id, channel_id: record.chat, type: typeOf(record), author: author(record) },
    content: readable ? record.content : '',
    timestamp: new Date(record.receivedAt).toISOString(),
    edited_timestamp: record.editedAt === null ? null : new Date(record.editedAt).toISOString(),
    ...{ tts: false, mention_everyone: false, mention_roles: record.rolePings, pinned: false },
    flags: record.ephemeral ? EPHEMERAL : 0,
    mentions: record.pings.map(user),
    attachments: readable ? record.files.map((file) => attachment(record.chat, file)) : [],
    ...{ embeds: readable ? record.embeds : [], components: readable ? record.components : [] },
    reactions: [...new Set(record.reactions.map(({ emoji }) => emoji))].map((emoji) => ({
      ...{
        emoji: { id: null, name: emoji },
        count: record.reactions.filter((one) => one.emoji === emoji).length,
      },
      ...{ me: record.reactions.some((one) => one.emoji === emoji && one.user === bot.id), burst_colors: [] },
    })),
    ...(record.webhook === null ? {} : { webhook_id: record.user }),
    ...(record.interaction === null ? {} : { webhook_id: bot.applicationId }),
    ...(record.replyTo === null ? {} : referenceShape(record, record.replyTo)),
  });
  /** Null when what was replied to is gone. One level deep, as at Discord. */
  const referenceShape = ({ chat }: DiscordRecord, id: string) => {
    const referenced = store.find(chat, id);
    return {
      message_reference: { type: 0, message_id: id, channel_id: chat },
      referenced_message: referenced === undefined ? null : message({ ...referenced, replyTo: null }),
    };
  };
  return {
    user,
    member,
    channel,
    message,
    guild: (chats: readonly DiscordChat[]) => guildShape(store.description, chats, { member, channel }),
  };
}

function threadShape(chat: DiscordChat, owner: string): object {
  const metadata = {
    archived: false,
    auto_archive_duration: 1440,
    archive_timestamp: new Date(0).toISOString(),
  };
  return {
    parent_id: chat.of,
    owner_id: owner,
    thread_metadata: { ...metadata, locked: false },
    member_count: 3,
  };
}

function typeOf({ interaction, replyTo }: DiscordRecord): number {
  if (interaction !== null) return MESSAGE_TYPE.command;
  return replyTo === null ? MESSAGE_TYPE.plain : MESSAGE_TYPE.reply;
}

/** Discord puts `_` for what it does not like in a name, and keeps the old name as the title. */
function nameShape(name: string): { filename: string; title?: string } {
  const filename = name.replace(/[^\p{L}\p{N}._-]/gu, '_');
  return filename === name ? { filename } : { filename, title: name.replace(/\.[^.]*$/, '') };
}
