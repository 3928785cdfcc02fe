/** Makes the discord.js client that holds the gateway: few intents, small caches, so that memory stays bounded. */
import type { Client, ClientOptions } from 'discord.js';
import type { DiscordLibrary } from './library.ts';

/** People and members that discord.js keeps; names come with each message, so few are enough. */
const KEPT_PEOPLE = 200;

/** How long to wait for a server's channels after READY, milliseconds: one that is down must not hold up the rest. */
const GUILD_WAIT_MS = 5000;

/** discord.js' own emitter of the gateway's events; the client hands it over where it makes an identify throttler. */
type Gateway = Parameters<NonNullable<NonNullable<ClientOptions['ws']>['buildIdentifyThrottler']>>[0];

export type ClientHooks = {
  /** Resolves when a new session may be started. */
  mayIdentify(signal: AbortSignal): Promise<void>;
  /** A heartbeat was answered. */
  heartbeatAnswered(): void;
};

/** @param apiUrl without `/v10`, which the client adds */
export function createClient(library: DiscordLibrary, apiUrl: string, hooks: ClientHooks): Client {
  const { Client, GatewayIntentBits, Options } = library;
  const isSelf = ({ id, client }: { id: string; client: Client<true> }) => id === client.user.id;
  const people = { maxSize: KEPT_PEOPLE, keepOverLimit: isSelf };
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.MessageContent,
      GatewayIntentBits.DirectMessages,
    ],
    makeCache: Options.cacheWithLimits({ ...NOT_KEPT, UserManager: people, GuildMemberManager: people }),
    sweepers: Options.DefaultSweeperSettings,
    waitGuildTimeout: GUILD_WAIT_MS,
    rest: { api: apiUrl, retries: 0 },
    ws: { buildIdentifyThrottler: (gateway) => throttle(library, gateway, hooks) },
  });
}

const NOT_KEPT = {
  ...{ MessageManager: 0, ReactionManager: 0, ReactionUserManager: 0, PresenceManager: 0 },
  ...{ VoiceStateManager: 0, GuildEmojiManager: 0, GuildStickerManager: 0, GuildScheduledEventManager: 0 },
  ...{ StageInstanceManager: 0, ThreadMemberManager: 0, GuildInviteManager: 0, GuildBanManager: 0 },
  AutoModerationRuleManager: 0,
} as const;

/** Discord takes one IDENTIFY in five seconds; that part stays with discord.js. */
function throttle({ SimpleIdentifyThrottler }: DiscordLibrary, gateway: Gateway, hooks: ClientHooks) {
  const spacing = new SimpleIdentifyThrottler(1);
  // discord.js tells of answers to heartbeats nowhere else; the name is its `HeartbeatComplete`.
  gateway.on('heartbeat' as Parameters<Gateway['on']>[0], () => hooks.heartbeatAnswered());
  return {
    async waitForIdentify(shard: number, signal: AbortSignal): Promise<void> {
      await hooks.mayIdentify(signal);
      await spacing.waitForIdentify(shard, signal);
    },
  };
}
