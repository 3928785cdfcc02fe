/** How Discord shows a guild with all that is in it. Pure. */
import type { DiscordDescription } from './description.ts';
import { PERMISSIONS } from './permissions.ts';
import type { DiscordChat } from './record.ts';

export type Parts = { member: (id: string) => object; channel: (chat: DiscordChat) => object };

export function guildShape(
  { guild, bot, users }: DiscordDescription,
  chats: readonly DiscordChat[],
  parts: Parts,
): object {
  const visible = chats.filter(({ access }) => access);
  const shown = (kind: DiscordChat['kind']) => visible.filter((one) => one.kind === kind).map(parts.channel);
  const role = {
    permissions: PERMISSIONS,
    position: 0,
    color: 0,
    flags: 0,
    hoist: false,
    mentionable: false,
  };
  const everyone = { ...role, id: guild.id, name: '@everyone', managed: false };
  const ofBot = { ...role, id: bot.role, name: bot.username, managed: true, tags: { bot_id: bot.id } };
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
      roles: [everyone, ofBot],
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
