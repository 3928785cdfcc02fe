/**
 * Discord as a channel: mentions and direct messages in, replies and the typing sign out. A chat's address is
 * `dc:<channel id>`; a thread of Discord is a channel of its own. Nothing here waits for Discord at the start.
 */
import type { GatewayMessageCreateDispatchData } from 'discord.js';
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { Clock } from '../../clock.ts';
import type { Address, Channel, ChannelHost, Outgoing, SendOutcome } from '../channel.ts';
import { type Api, PAGE_SIZE, RestApi } from './api.ts';
import { createClient } from './client.ts';
import { type Condition, describeCondition, TOKEN_REFUSED } from './condition.ts';
import { Connection } from './connection.ts';
import { Feed, type Page } from './feed.ts';
import { loadDiscord } from './library.ts';
import { readRefusal } from './outcome.ts';
import { Places } from './places.ts';
import { Sender } from './send.ts';
import { JID_PREFIX, translate } from './translate.ts';
import { WorkingSigns } from './working.ts';

export type DiscordOptions = {
  botToken: string;
  /** Base of Discord's REST API without the version, such as `https://discord.com/api`. */
  apiUrl: string;
  assistantName: string;
  clock: Clock;
  log: Logger;
};

/** What exists from start to stop. */
type Running = {
  api: Api;
  connection: Connection;
  places: Places;
  feed: Feed;
  sender: Sender;
  signs: WorkingSigns;
};

/** The outbox asks again after this while we have not started, milliseconds. */
const NOT_STARTED_RETRY_MS = 1000;

export function createDiscordChannel(options: DiscordOptions): Channel {
  return new DiscordChannel(options);
}

export class DiscordChannel implements Channel {
  readonly name = 'discord';
  readonly #ended = new AbortController();
  #running: Running | null = null;
  #failure: string | null = null;

  constructor(readonly options: DiscordOptions) {}

  owns(jid: string): boolean {
    return jid.startsWith(JID_PREFIX);
  }

  async start(host: ChannelHost): Promise<void> {
    try {
      const running = this.#build(host, await loadDiscord());
      if (this.#ended.signal.aborted) return;
      this.#running = running;
      running.feed.interrupted();
      running.connection.start();
    } catch (error) {
      this.#failure = `discord.js cannot be used: ${(error as Error).message}`;
      this.options.log.error({ err: error }, 'Discord channel failed to start');
    }
  }

  async send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    if (this.#running === null) {
      return { kind: 'retry', afterMs: NOT_STARTED_RETRY_MS, reason: 'Discord has not started' };
    }
    return this.#running.sender.send(channelIdOf(message.jid), message, signal);
  }

  setWorking({ jid }: Address, working: boolean): void {
    if (!this.#ended.signal.aborted) this.#running?.signs.set(channelIdOf(jid), working);
  }

  health(): ComponentHealth {
    return describeCondition(this.#condition(), this.#running?.feed.behindCount ?? 0);
  }

  reconnect(): boolean {
    return !this.#ended.signal.aborted && (this.#running?.connection.reconnect() ?? false);
  }

  /** Takes nothing more in. Replies can still be sent: turns that are being finished need that. */
  async stop(): Promise<void> {
    this.#ended.abort();
    const running = this.#running;
    if (running === null) return;
    running.signs.stop();
    await Promise.all([running.feed.stop(), running.connection.stop()]);
  }

  #condition(): Condition {
    if (this.#failure !== null) return { kind: 'refused', reason: this.#failure };
    if (this.#running === null) return { kind: 'connecting' };
    const { connection, api } = this.#running;
    if (connection.condition.kind === 'connected' && api.unauthorized) {
      return { kind: 'refused', reason: TOKEN_REFUSED };
    }
    return connection.condition;
  }

  #build(host: ChannelHost, library: Awaited<ReturnType<typeof loadDiscord>>): Running {
    const { botToken, apiUrl, assistantName, clock, log } = this.options;
    const { signal } = this.#ended;
    const api = new RestApi(library, apiUrl, botToken);
    const connection: Connection = new Connection({
      ...{ library, botToken, clock, log, createClient: () => createClient(library, apiUrl) },
      events: {
        interrupted: () => feed.interrupted(),
        connected: () => feed.connected(),
        message: (message) => this.#take(message, places, feed),
      },
    });
    const places: Places = new Places(() => connection.client, api, assistantName);
    const feed: Feed = new Feed({
      ...{
        host,
        clock,
        judge: readRefusal,
        read: (jid, after) => readPage({ api, places, signal }, jid, after),
      },
      warn: (jid, text) => log.warn({ jid }, text),
    });
    const sender = new Sender(api, clock, () => places.botId);
    const signs = new WorkingSigns(clock, (channelId) =>
      api.type(channelId, signal).catch((error: Error) => {
        log.debug({ channelId, reason: error.message }, 'Typing sign not shown');
      }),
    );
    return { api, connection, places, feed, sender, signs };
  }

  #take(message: GatewayMessageCreateDispatchData, places: Places, feed: Feed): void {
    const around = places.around();
    if (around === null) return; // READY comes before any message; without it nobody knows who we are
    const place = places.ofLive(message.channel_id, message.guild_id);
    const inbound = translate(message, place, around);
    if (inbound) feed.take(inbound);
  }
}

type Reading = { api: Api; places: Places; signal: AbortSignal };

async function readPage({ api, places, signal }: Reading, jid: string, after: string): Promise<Page> {
  const channelId = channelIdOf(jid);
  const place = await places.lookUp(channelId, signal);
  const page = await api.after(channelId, after, signal);
  const around = places.around();
  if (around === null) throw new Error('not connected to Discord yet');
  const messages = page.flatMap((message) => translate(message, place, around) ?? []);
  return { messages, next: page.length < PAGE_SIZE ? null : (page.at(-1)?.id ?? null) };
}

function channelIdOf(jid: string): string {
  return jid.slice(JID_PREFIX.length);
}
