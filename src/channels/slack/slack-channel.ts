/**
 * Slack as a channel. Messages come over Socket Mode and, for what was missed, out of the history; they are stored
 * before they are acknowledged. Replies go over the Web API, which works without the connection too: also before
 * `start` and after `stop`, while the rest of the service drains.
 */
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { Clock } from '../../clock.ts';
import type { Address, Channel, ChannelHost, Outgoing, SendOutcome } from '../channel.ts';
import { type Bolt, SlackApi } from './api.ts';
import { boltLogger } from './bolt-logger.ts';
import { judgeHealth } from './health.ts';
import { ownsJid } from './message.ts';
import { Receiving } from './receiving.ts';
import { Sender } from './sender.ts';
import { WorkingSign } from './working-sign.ts';

export type SlackOptions = {
  /** `xoxb-…`; every call but the opening of the connection. */
  botToken: string;
  /** `xapp-…` with connections:write; opens the connection. */
  appToken: string;
  /** Base of the Web API; Slack's own when left out. */
  apiUrl?: string | undefined;
  assistantName: string;
  clock: Clock;
  log: Logger;
  /** How soon a silent connection counts as dead, milliseconds. */
  pingTimeoutMs?: number;
};

type Parts = { bolt: Bolt; api: SlackApi; sender: Sender; sign: WorkingSign };

/** Bolt's own default. */
const PING_TIMEOUT_MS = 5000;
/** When Bolt could not be loaded, milliseconds: a person has to mend the installation first. */
const BROKEN_RETRY_MS = 60_000;

export function createSlackChannel(options: SlackOptions): Channel {
  return new SlackChannel(options);
}

class SlackChannel implements Channel {
  readonly name = 'slack';
  #loading: Promise<Parts> | null = null;
  #parts: Parts | null = null;
  #broken: string | null = null;
  #receiving: Receiving | null = null;
  #stopped = false;

  constructor(readonly options: SlackOptions) {}

  owns(jid: string): boolean {
    return ownsJid(jid);
  }

  async start(host: ChannelHost): Promise<void> {
    const { log } = this.options;
    try {
      const { bolt, api, sign } = await this.#load();
      if (this.#stopped) return;
      const pingTimeoutMs = this.options.pingTimeoutMs ?? PING_TIMEOUT_MS;
      this.#receiving = new Receiving({
        ...this.options,
        apiUrl: this.options.apiUrl,
        pingTimeoutMs,
        bolt,
        api,
        sign,
        host,
      });
      this.#receiving.start();
    } catch (error) {
      log.error({ err: error }, 'the Slack channel could not start');
    }
  }

  async send(message: Outgoing, signal: AbortSignal): Promise<SendOutcome> {
    try {
      const { sender } = await this.#load();
      return await sender.send(message, signal);
    } catch (error) {
      return { kind: 'retry', afterMs: BROKEN_RETRY_MS, reason: (error as Error).message };
    }
  }

  setWorking(address: Address, working: boolean): void {
    this.#parts?.sign.set(address, working);
  }

  health(): ComponentHealth {
    return judgeHealth({
      broken: this.#broken,
      refusal: this.#parts?.api.refusal ?? null,
      connection: this.#receiving?.state ?? { kind: 'connecting' },
      missingScopes: this.#parts?.api.missingScopes ?? [],
    });
  }

  reconnect(): boolean {
    return this.#receiving?.reconnect() ?? false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#receiving?.stop();
  }

  /** Bolt takes a third of a second and 30 MB: nobody without Slack shall pay that. */
  #load(): Promise<Parts> {
    this.#loading ??= import('@slack/bolt').then(
      (bolt) => this.#assemble(bolt),
      (error: Error) => {
        this.#broken = `Bolt cannot be loaded: ${error.message}`;
        throw error;
      },
    );
    return this.#loading;
  }

  #assemble(bolt: Bolt): Parts {
    const { botToken: token, apiUrl, log } = this.options;
    const api = new SlackApi({ bolt, token, apiUrl, logger: boltLogger(log) });
    this.#parts = { bolt, api, sender: new Sender(api), sign: new WorkingSign(api) };
    return this.#parts;
  }
}
