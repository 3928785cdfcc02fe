/** How Discord shows things on the wire. Pure. */
import type { DiscordDescription } from './description.ts';
import type { DiscordChat, DiscordRecord } from './record.ts';

export type Shapes = ReturnType<typeof shapesOf>;

/** Discord's reference: channel types. */
export const CHANNEL_TYPE = { channel: 0, dm: 1, thread: 11 } as const;
/** View, send, read history, attach, react, threads: what a bot is usually given, and everybody here. */
const PERMISSIONS = '274878024768';
const EPHEMERAL = 64;

/** @param filesUrl where attachments are fetched, without a slash at the end */
export function shapesOf(description: DiscordDescription, filesUrl: () => string) {
  const { guild, bot, users } = description;
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
  const attachments = ({ files, chat }: DiscordRecord) =>
    files.map((file) => {
      const url = `${filesUrl()}/attachments/${chat}/${file.id}/${encodeURIComponent(file.name)}`;
      const { id, name, type, bytes } = file;
      return { id, filename: name, size: bytes.length, content_type: type, url, proxy_url: url };
    });
  /** @param readable false: the bot lacks the message content intent and sees the hull only */
  const message = (record: DiscordRecord, readable = true) => ({
    ...{
      id: record.id,
      channel_id: record.chat,
      type: record.replyTo === null ? 0 : 19,
      author: user(record.user),
    },
    content: readable ? record.content : '',
    timestamp: new Date(record.receivedAt).toISOString(),
    edited_timestamp: record.editedAt === null ? null : new Date(record.editedAt).toISOString(),
    ...{ tts: false, mention_everyone: false, mention_roles: [], pinned: false },
    flags: record.ephemeral ? EPHEMERAL : 0,
    mentions: record.pings.map(user),
    attachments: readable ? attachments(record) : [],
    ...{ embeds: readable ? record.embeds : [], components: readable ? record.components : [] },
    reactions: [...new Set(record.reactions.map(({ emoji }) => emoji))].map((emoji) => ({
      ...{
        emoji: { id: null, name: emoji },
        count: record.reactions.filter((one) => one.emoji === emoji).length,
      },
      ...{ me: record.reactions.some((one) => one.emoji === emoji && one.user === bot.id), burst_colors: [] },
    })),
    ...(record.nonce === null ? {} : { nonce: record.nonce }),
    ...(record.replyTo === null
      ? {}
      : { message_reference: { type: 0, message_id: record.replyTo, channel_id: record.chat } }),
  });
  return {
    user,
    member,
    channel,
    message,
    guild: (chats: readonly DiscordChat[]) => guildShape(description, chats, { member, channel }),
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

type Parts = { member: (id: string) => object; channel: (chat: DiscordChat) => object };

function guildShape(
  { guild, bot, users }: DiscordDescription,
  chats: readonly DiscordChat[],
  parts: Parts,
): object {
  const visible = chats.filter(({ access }) => access);
  const shown = (kind: DiscordChat['kind']) => visible.filter((one) => one.kind === kind).map(parts.channel);
  const everyone = {
    id: guild.id,
    name: '@everyone',
    permissions: PERMISSIONS,
    position: 0,
    color: 0,
    flags: 0,
  };
  return {
    ...{
      id: guild.id,
      name: guild.name,
      icon: null,
      owner_id: users[0]?.id ?? bot.id,
      features: [],
      emojis: [],
    },
    ...{
      roles: [{ ...everyone, hoist: false, managed: false, mentionable: false }],
      stickers: [],
      large: false,
    },
    ...{ joined_at: new Date(0).toISOString(), member_count: users.length + 1, unavailable: false },
    ...{ verification_level: 0, default_message_notifications: 0, explicit_content_filter: 0, mfa_level: 0 },
    ...{ system_channel_flags: 0, premium_tier: 0, nsfw_level: 0, preferred_locale: 'ko', afk_timeout: 300 },
    ...{
      system_channel_id: null,
      rules_channel_id: null,
      afk_channel_id: null,
      premium_progress_bar_enabled: false,
    },
    members: [bot.id, ...users.map(({ id }) => id)].map(parts.member),
    ...{ channels: shown('channel'), threads: shown('thread'), presences: [], voice_states: [] },
    ...{ stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [] },
  };
}
