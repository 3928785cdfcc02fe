/** What the Discord stand-in holds at the start. Every part has a sensible default. */

export type DiscordUser = {
  id: string;
  username: string;
  globalName?: string;
  isBot?: boolean;
  dmsClosed?: boolean;
};
export type DiscordChannel = {
  id: string;
  name: string;
  /** The channel this one is a thread of. */
  threadOf?: string;
  /** False: the bot meets 50001 Missing Access and hears nothing of it. */
  access?: boolean;
};
export type DiscordDescription = {
  guild: { id: string; name: string };
  /** `role`: the one Discord makes for the bot; people may mention it instead. */
  bot: { id: string; username: string; applicationId: string; role: string };
  users: readonly DiscordUser[];
  channels: readonly DiscordChannel[];
  tokens: readonly string[];
  /** False: the bot was invited without the scope `applications.commands`. */
  commandsAllowed: boolean;
  /** A message's files may be this big together. */
  fileLimitBytes: number;
  /** The privileged intents switched on for the application. */
  privilegedIntents: number;
};

const BOT_ROLE = '1000000000000000077';

/** Discord's reference: default attachment size limit. */
const FILE_LIMIT_BYTES = 10 * 1024 * 1024;

/** Shaped like a real one; worthless anywhere else. */
export const WORLD_DISCORD_BOT_TOKEN = 'MTAwMDAwMDAwMDAwMDAwMDAx.world.test-world';

/** Discord's reference: gateway intents. */
export const INTENT = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  guildTyping: 1 << 11,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  directTyping: 1 << 14,
  messageContent: 1 << 15,
} as const;

export const PRIVILEGED_INTENTS = INTENT.guildMembers | INTENT.guildPresences | INTENT.messageContent;

export function describeDiscord(given: Partial<DiscordDescription> = {}): DiscordDescription {
  return {
    guild: { id: '1000000000000000100', name: 'world' },
    bot: {
      id: '1000000000000000001',
      username: '나노봇',
      applicationId: '1000000000000000001',
      role: BOT_ROLE,
    },
    users: [
      { id: '1000000000000000011', username: 'minji', globalName: '김민지' },
      { id: '1000000000000000012', username: 'alex', globalName: 'Alex Doe' },
    ],
    channels: [{ id: '1000000000000000201', name: 'general' }],
    tokens: [WORLD_DISCORD_BOT_TOKEN],
    commandsAllowed: true,
    fileLimitBytes: FILE_LIMIT_BYTES,
    privilegedIntents: PRIVILEGED_INTENTS,
    ...given,
  };
}
