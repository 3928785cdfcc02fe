/** The Discord channel on the real discord.js, the stand-in, and a real store in memory. */
import { pino } from 'pino';
import type { ChannelHost, Outgoing } from '../../src/channels/channel.ts';
import { createDiscordChannel, type DiscordOptions } from '../../src/channels/discord/discord-channel.ts';
import { systemClock } from '../../src/clock.ts';
import { createInbound } from '../../src/inbound/receive.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore } from '../../src/store/store.ts';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { startDiscord, type DiscordOptions as WorldOptions } from '../world/discord/discord.ts';
import { Watch } from '../world/shared/watch.ts';

export const GENERAL = '1000000000000000201';
export const MINJI = '1000000000000000011';
export const DEADLINE_MS = 12_000;

export type DiscordWorld = Awaited<ReturnType<typeof startWorld>>;

/** A stand-in and a store; channels come and go. */
export async function startWorld(options: WorldOptions = {}) {
  const discord = await startDiscord({ heartbeatIntervalMs: 500, ...options });
  const store = createStore(':memory:');
  const watch = new Watch(systemClock);
  const log = pino({ level: 'info' }, { write: () => watch.changed() });
  const chats = new Map<string, Group>();
  const received: InboundMessage[] = [];
  const take = createInbound({
    ...{ store, log, assistantName: '폴', triggerPattern: undefined, onStored: () => undefined },
    groupOf: (jid) => chats.get(jid),
  });
  const host: ChannelHost = {
    async inbound(message) {
      const receipt = await take(message);
      received.push(message);
      watch.changed();
      return receipt;
    },
    registered: () => [...chats.values()],
    newestId: (jid) => store.journal.newestId(jid),
  };
  const world = {
    ...{ discord, store, host, received },
    register(channelId: string, requiresTrigger = true) {
      const jid = `dc:${channelId}`;
      chats.set(jid, { jid, name: jid, folder: 'main', triggerPattern: null, requiresTrigger });
    },
    /** Texts of a chat in the order they were stored. */
    texts: (channelId: string) => store.journal.range(`dc:${channelId}`, 0).map(({ content }) => content),
    /** Looked at again after every message stored and every line of the log. */
    until: (look: () => unknown) => watch.until(look, DEADLINE_MS),
    newChannel: (changes: Partial<DiscordOptions> = {}) =>
      createDiscordChannel({
        ...{ botToken: WORLD_DISCORD_BOT_TOKEN, apiUrl: discord.apiUrl, assistantName: '폴' },
        ...{ clock: systemClock, log, ...changes },
      }),
    async stop() {
      await discord.stop();
      store.close();
    },
  };
  world.register(GENERAL);
  return world;
}

export function replyTo(channelId: string, changes: Partial<Outgoing> = {}): Outgoing {
  const reply = { jid: `dc:${channelId}`, thread: null, key: 'turnturntur1.1', text: '네' };
  return { ...reply, answers: [], firstTryAt: null, ...changes };
}
