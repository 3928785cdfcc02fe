/**
 * Slack as a channel. Messages come over Socket Mode and, for what was missed, out of the history; they are stored
 * before they are acknowledged. Replies go over the Web API, which works without the connection too: also before
 * `start` and after `stop`, while the rest of the service drains.
 */
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { ComponentHealth } from '../../../contracts/health.ts';
import type { Clock } from '../../clock.ts';
import type { InboundFile } from '../../store/journal.ts';
import type { Language } from '../../turns/notices.ts';
import {
  type Address,
  type AvailableChat,
  type Channel,
  type ChannelHost,
  FileUnavailableError,
  type Outgoing,
  type SendOutcome,
} from '../channel.ts';
import { SlackApi } from './api.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Bolt, Calls } from './calls.ts';
import { listChats } from './chats.ts';
import { Downloads } from './download.ts';
import { FileApi } from './file-api.ts';
import { judgeHealth } from './health.ts';
import { ownsJid } from './message.ts';
import { Names } from './names.ts';
import { Receiving } from './receiving.ts';
import { Sender } from './sender.ts';
import { Uploads } from './upload.ts';
import { SlackWeb } from './web.ts';
import { WorkingSign } from './working-sign.ts';

export type SlackOptions = {
  /** `xoxb-…`; every call but the opening of the connection. */
  botToken: string;
  /** `xapp-…` with connections:write; opens the connection. */
  appToken: string;
  /** Base of the Web API; Slack's own when left out. */
  apiUrl?: string | undefined;
  assistantName: string;
  /** In which people are told what no model says. */
  language: Language;
  clock: Clock;
  log: Logger;
  /** How soon a silent connection counts as dead, milliseconds. */
  pingTimeoutMs?: number;
};

type Parts = {
  bolt: Bolt;
  api: SlackApi;
  web: SlackWeb;
  names: Names;
  sender: Sender;
  downloads: Downloads;
  sign: WorkingSign;
};

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
      const parts = await this.#load();
      if (this.#stopped) return;
      const { apiUrl, pingTimeoutMs = PING_TIMEOUT_MS } = this.options;
      this.#receiving = new Receiving({ ...this.options, ...parts, apiUrl, pingTimeoutMs, host });
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

  async openFile(file: InboundFile, signal: AbortSignal): Promise<Readable> {
    const { downloads } = await this.#load().catch((error: Error) => {
      throw new FileUnavailableError(error.message, { cause: error });
    });
    return downloads.open(file, signal);
  }

  async available(signal: AbortSignal): Promise<AvailableChat[]> {
    // Without Bolt there is nobody to ask; health says so.
    const parts = await this.#load().catch(() => null);
    return parts === null ? [] : listChats({ ...parts, log: this.options.log }, signal);
  }

  setWorking(address: Address, working: boolean, question: string | null): void {
    this.#parts?.sign.set(address, working, question);
  }

  health(): ComponentHealth {
    return judgeHealth({
      broken: this.#broken,
      refusal: this.#parts?.api.calls.refusal ?? null,
      connection: this.#receiving?.state ?? { kind: 'connecting' },
      missingScopes: this.#parts?.api.calls.missingScopes ?? [],
      behind: this.#receiving?.behindCount ?? 0,
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
    this.#loading ??= import('./bolt.ts').then(
      (bolt) => this.#assemble(bolt),
      (error: Error) => {
        this.#broken = `Bolt cannot be loaded: ${error.message}`;
        throw error;
      },
    );
    return this.#loading;
  }

  #assemble(bolt: Bolt): Parts {
    const { botToken: token, apiUrl, clock, log } = this.options;
    const calls = new Calls({ bolt, token, apiUrl, logger: boltLogger(log) });
    const [api, files, web] = [new SlackApi(calls), new FileApi(calls), new SlackWeb(apiUrl)];
    this.#parts = {
      ...{ bolt, api, web, names: new Names(api, clock), sign: new WorkingSign(api) },
      sender: new Sender(api, new Uploads(files, web), clock),
      downloads: new Downloads(files, web, token),
    };
    return this.#parts;
  }
}
