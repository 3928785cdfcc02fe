/** What the bot's servers, channels and roles are called: from what discord.js knows, else asked for. */
import type { Client } from 'discord.js';
import type { AvailableChat } from '../channel.ts';
import type { Api } from './api.ts';
import { JID_PREFIX, type Place, type Surroundings } from './translate.ts';

/** Direct chats that are remembered for the list of chats; Discord itself does not list them for a bot. */
const DIRECTS_KEPT = 200;

export class Places {
  /** Names of the people in direct chats that were heard from, by channel. */
  readonly #directs = new Map<string, string>();

  constructor(
    readonly client: () => Client<true> | null,
    readonly api: Pick<Api, 'channel'>,
    readonly assistantName: string,
  ) {}

  get botId(): string | null {
    return this.client()?.user.id ?? null;
  }

  /** Who we are for the messages of one channel; null before the first connection. */
  around(): Surroundings | null {
    const client = this.client();
    if (client === null) return null;
    const role = (id: string) =>
      client.guilds.cache.map((guild) => guild.roles.cache.get(id)).find((found) => found !== undefined);
    return {
      botId: client.user.id,
      assistantName: this.assistantName,
      isBotRole: (id) => role(id)?.tags?.botId === client.user.id,
      roleName: (id) => role(id)?.name ?? null,
      channelName: (id) => this.#serverChannel(id)?.name ?? null,
    };
  }

  /** Where a live message was written. @param guildId none = a direct chat */
  ofLive(channelId: string, guildId: string | undefined): Place {
    return guildId === undefined
      ? { kind: 'direct' }
      : { kind: 'server', name: this.#nameOf(channelId, guildId) };
  }

  /** A direct chat was heard from. */
  noteDirect(channelId: string, name: string): void {
    this.#directs.delete(channelId);
    this.#directs.set(channelId, name);
    const [oldest] = this.#directs.keys();
    if (this.#directs.size > DIRECTS_KEPT && oldest !== undefined) this.#directs.delete(oldest);
  }

  /** The text channels that the bot may see, and the direct chats heard from since the start. */
  available(): AvailableChat[] {
    const channels = this.client()?.channels.cache.values() ?? [];
    const servers = [...channels].flatMap((channel): AvailableChat[] => {
      if (channel.isDMBased() || channel.isVoiceBased() || !channel.isTextBased() || !channel.viewable)
        return [];
      const name = this.#nameOf(channel.id, channel.guildId);
      return [{ jid: `${JID_PREFIX}${channel.id}`, name, isGroup: true }];
    });
    const directs = [...this.#directs].map(([id, name]) => ({
      jid: `${JID_PREFIX}${id}`,
      name,
      isGroup: false,
    }));
    return [...servers, ...directs];
  }

  /** Where a channel of the history is. Direct chats and sleeping threads are not known beforehand. */
  async lookUp(channelId: string, signal: AbortSignal): Promise<Place> {
    const known = this.#serverChannel(channelId);
    if (known) return this.ofLive(channelId, known.guildId);
    const channel = await this.api.channel(channelId, signal);
    const guildId = 'guild_id' in channel ? channel.guild_id : undefined;
    if (guildId === undefined) return { kind: 'direct' };
    return { kind: 'server', name: this.#joined(guildId, channel.name ?? channelId) };
  }

  #nameOf(channelId: string, guildId: string): string {
    return this.#joined(guildId, this.#serverChannel(channelId)?.name ?? channelId);
  }

  #joined(guildId: string, channelName: string): string {
    const guild = this.client()?.guilds.cache.get(guildId);
    return guild ? `${guild.name} #${channelName}` : `#${channelName}`;
  }

  #serverChannel(id: string) {
    const channel = this.client()?.channels.cache.get(id);
    return channel !== undefined && !channel.isDMBased() ? channel : null;
  }
}
