/**
 * Discord as a channel: what people write and ask in, replies, files and the typing sign out. A chat's address is
 * `dc:<channel id>`; a thread of Discord is a channel of its own. Nothing here waits for Discord at the start.
 */
import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { Clock } from '../../clock.ts';
import type { InboundFile } from '../../store/journal.ts';
import type { Address, AvailableChat, Channel, ChannelHost, Outgoing, SendOutcome } from '../channel.ts';
import { FileUnavailableError } from '../channel.ts';
import { type Condition, describeCondition, TOKEN_REFUSED } from './condition.ts';
import { openFile } from './download.ts';
import { loadDiscord } from './library.ts';
import { Running } from './running.ts';
import { JID_PREFIX } from './translate.ts';

export type DiscordOptions = {
  botToken: string;
  /** Base of Discord's REST API without the version, such as `https://discord.com/api`. */
  apiUrl: string;
  assistantName: string;
  clock: Clock;
  log: Logger;
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

  constructor(readonly options: DiscordOptions) {
    // Each request under way listens to it, and there is one for each chat that is worked in or read.
    setMaxListeners(0, this.#ended.signal);
  }

  owns(jid: string): boolean {
    return jid.startsWith(JID_PREFIX);
  }

  async start(host: ChannelHost): Promise<void> {
    try {
      const { options } = this;
      const running = new Running({
        options,
        host,
        library: await loadDiscord(),
        signal: this.#ended.signal,
      });
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

  async openFile(file: InboundFile, signal: AbortSignal): Promise<Readable> {
    if (this.#running === null) throw new FileUnavailableError('Discord has not started');
    return openFile({ api: this.#running.api, apiUrl: this.options.apiUrl }, file, signal);
  }

  async available(): Promise<AvailableChat[]> {
    return this.#running?.places.available() ?? [];
  }

  health(): ComponentHealth {
    const { feed, registration } = this.#running ?? {};
    const behind = feed?.behindCount ?? 0;
    const notes = behind > 0 ? [`reading missed messages (chats: ${behind})`] : [];
    if (registration?.problem) notes.push(registration.problem);
    return describeCondition(this.#condition(), notes);
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
}

function channelIdOf(jid: string): string {
  return jid.slice(JID_PREFIX.length);
}
