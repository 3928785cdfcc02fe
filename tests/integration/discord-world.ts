/** The Discord channel on the real discord.js, the stand-in, and a real store in memory. */
import { pino } from 'pino';
import { afterEach } from 'vitest';
import type { Channel, ChannelHost, MessageChange, Outgoing } from '../../src/channels/channel.ts';
import { createDiscordChannel, type DiscordOptions } from '../../src/channels/discord/discord-channel.ts';
import { systemClock } from '../../src/clock.ts';
import { createChanged } from '../../src/inbound/change.ts';
import { createInbound } from '../../src/inbound/receive.ts';
import type { Group } from '../../src/store/groups.ts';
import type { InboundMessage } from '../../src/store/journal.ts';
import { createStore } from '../../src/store/store.ts';
import { newTurnId, TurnLog } from '../../src/turns/turn-log.ts';
import { aGroup } from '../fakes/records.ts';
import { WORLD_DISCORD_BOT_TOKEN } from '../world/discord/description.ts';
import { startDiscord, type DiscordOptions as WorldOptions } from '../world/discord/discord.ts';
import { Watch } from '../world/shared/watch.ts';

export const GENERAL = '1000000000000000201';
export const MINJI = '1000000000000000011';
export const BOT_ROLE = '1000000000000000077';
/** Only ends what hangs: a busy machine takes several times what one at rest does. */
export const DEADLINE_MS = 45_000;

/** For sends that nobody gives up. */
export const signal = new AbortController().signal;

export type DiscordWorld = Awaited<ReturnType<typeof startWorld>>;

/** A stand-in and a store; channels come and go. */
async function startWorld(options: WorldOptions = {}) {
  const discord = await startDiscord({ heartbeatIntervalMs: 500, ...options });
  const store = createStore(':memory:');
  const watch = new Watch(systemClock);
  let lines = '';
  const log = pino(
    { level: 'info' },
    {
      write(line: string) {
        lines += line;
        watch.changed();
      },
    },
  );
  const chats = new Map<string, Group>();
  const channels: Channel[] = [];
  const received: InboundMessage[] = [];
  const changes: MessageChange[] = [];
  const host: ChannelHost = {
    ...{ registered: () => [...chats.values()], newestId: (jid) => store.journal.newestId(jid) },
    activeThreads: () => [],
    unanswered: (jid) => store.questions.unanswered(jid),
    ...waysIn({ store, log, groupOf: (jid) => chats.get(jid) }),
    command: async ({ jid, sender, name }) => `${name} by ${sender} in ${jid}`,
  };
  const { inbound, changed } = host;
  host.inbound = async (message) => {
    const receipt = await inbound(message);
    received.push(message);
    watch.changed();
    return receipt;
  };
  host.changed = async (change) => {
    await changed(change);
    changes.push(change);
    watch.changed();
  };
  const world = {
    ...{ discord, store, host, received, changes },
    log: () => lines,
    register(channelId: string, changes: Partial<Group> = {}) {
      const jid = `dc:${channelId}`;
      chats.set(
        jid,
        aGroup({ jid, name: jid, requiresTrigger: true, addedAt: Date.now() - 1000, ...changes }),
      );
    },
    /** Texts of a chat in the order they were stored. */
    texts: (channelId: string) => store.journal.range(`dc:${channelId}`, 0).map(({ content }) => content),
    /** Looked at again after every message stored and every line of the log. */
    until: (look: () => unknown) => watch.until(look, DEADLINE_MS),
    newChannel(changes: Partial<DiscordOptions> = {}) {
      const channel = createDiscordChannel({
        ...{ botToken: WORLD_DISCORD_BOT_TOKEN, apiUrl: discord.apiUrl, assistantName: '폴' },
        ...{ clock: systemClock, log, ...changes },
      });
      channels.push(channel);
      return channel;
    },
    async stop() {
      await Promise.all(channels.map((channel) => channel.stop()));
      await discord.stop();
      store.close();
    },
  };
  world.register(GENERAL);
  return world;
}

type WaysInDeps = Pick<Parameters<typeof createInbound>[0], 'store' | 'log' | 'groupOf'>;

function waysIn(deps: WaysInDeps): Pick<ChannelHost, 'inbound' | 'changed'> {
  const rules = { assistantName: '폴', triggerPattern: undefined, operators: [] };
  const turnLog = new TurnLog({ store: deps.store, now: Date.now, newId: newTurnId, language: 'en' });
  const commands = { answer: () => undefined, settle: () => undefined };
  const quiet = { onAsked: () => undefined, onStop: () => undefined };
  return {
    inbound: createInbound({ ...deps, ...quiet, rules, commands }),
    changed: createChanged({ ...deps, ...quiet, rules, turnLog }),
  };
}

/** A world with a channel that is connected and has read the history of the general channel. */
async function startConnected(options: WorldOptions = {}, changes: Partial<DiscordOptions> = {}) {
  const world = await startWorld(options);
  const channel = world.newChannel(changes);
  await channel.start(world.host);
  await connected(world, 1);
  return { world, channel, discord: world.discord };
}

/** Worlds of a test file; each ends with its test. */
export function useWorlds() {
  const open: DiscordWorld[] = [];
  afterEach(async () => {
    for (const world of open.splice(0)) await world.stop();
  });
  return {
    /** As `startConnected`. */
    async begin(...args: Parameters<typeof startConnected>) {
      const started = await startConnected(...args);
      open.push(started.world);
      return started;
    },
    /** As `startWorld`. */
    async beginWorld(...args: Parameters<typeof startWorld>) {
      const world = await startWorld(...args);
      open.push(world);
      return world;
    },
  };
}

/** Resolves once so many histories of the general channel were read. */
export async function connected({ discord }: DiscordWorld, readings: number): Promise<void> {
  const read = () =>
    discord.requests(`GET /channels/${GENERAL}/messages`).filter(({ status }) => status === 200);
  await discord.until(() => read().length >= readings, DEADLINE_MS);
}

export const say = ({ discord }: DiscordWorld, text: string, chat = GENERAL) =>
  discord.people.write({ chat, user: MINJI, text });

/** Resolves once so many messages of a chat are stored. */
export const stored = (world: DiscordWorld, count: number, chat = GENERAL) =>
  world.until(() => world.texts(chat).length >= count);

export function replyTo(channelId: string, changes: Partial<Outgoing> = {}): Outgoing {
  const reply = { jid: `dc:${channelId}`, thread: null, key: 'turnturntur1.1', text: '네', file: null };
  return { ...reply, answers: [], firstTryAt: null, previous: null, ...changes };
}
