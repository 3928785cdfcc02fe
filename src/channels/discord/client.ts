/** Makes the discord.js client that holds the gateway: few intents, small caches, so that memory stays bounded. */
import type { Client } from 'discord.js';
import type { DiscordLibrary } from './library.ts';

/** People and members that discord.js keeps; names come with each message, so few are enough. */
const KEPT_PEOPLE = 200;

/** How long to wait for a server's channels after READY, milliseconds: one that is down must not hold up the rest. */
const GUILD_WAIT_MS = 5000;

/** @param apiUrl without `/v10`, which the client adds */
export function createClient({ Client, GatewayIntentBits, Options }: DiscordLibrary, apiUrl: string): Client {
  const isSelf = ({ id, client }: { id: string; client: Client<true> }) => id === client.user.id;
  const people = { maxSize: KEPT_PEOPLE, keepOverLimit: isSelf };
  const none = {
    ...{
      MessageManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
    },
    ...{
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
    },
    ...{ ThreadMemberManager: 0, GuildInviteManager: 0, GuildBanManager: 0, AutoModerationRuleManager: 0 },
  };
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.MessageContent,
      GatewayIntentBits.DirectMessages,
    ],
    makeCache: Options.cacheWithLimits({ ...none, UserManager: people, GuildMemberManager: people }),
    sweepers: Options.DefaultSweeperSettings,
    waitGuildTimeout: GUILD_WAIT_MS,
    rest: { api: apiUrl, retries: 0 },
  });
}
