/**
 * Keeps one gateway connection. Once logged in discord.js reconnects, resumes and notices dead sockets (missing
 * heartbeat answers) by itself; what is ours is the login, with growing waits, and to stop when only a person can help.
 */
import type { Client, GatewayMessageCreateDispatchData } from 'discord.js';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { type Condition, diagnose, readCloseCode } from './condition.ts';
import type { DiscordLibrary } from './library.ts';

/** Each login may cost one of the 1000 IDENTIFYs a day, so the waits grow; milliseconds, the last one repeats. */
const LOGIN_WAITS_MS = [5000, 15_000, 60_000, 300_000] as const;

/** A dead socket would let discord.js wait 30 s for the answer to its goodbye, milliseconds. */
const GOODBYE_MS = 2000;

export type ConnectionEvents = {
  /** Messages may be missed from now on. */
  interrupted(): void;
  /** Connected, by a new session or a resumed one. */
  connected(): void;
  message(message: GatewayMessageCreateDispatchData): void;
};

export type ConnectionOptions = {
  library: DiscordLibrary;
  createClient(): Client;
  botToken: string;
  clock: Clock;
  log: Logger;
  events: ConnectionEvents;
};

export class Connection {
  #condition: Condition = { kind: 'connecting' };
  #client: Client | null = null;
  #cancelLogin = (): void => undefined;
  #failures = 0;

  constructor(readonly options: ConnectionOptions) {}

  get condition(): Condition {
    return this.#condition;
  }

  /** The client with what it knows of servers and channels; null before its first READY. */
  get client(): Client<true> | null {
    return this.#client?.user ? (this.#client as Client<true>) : null;
  }

  /** Logs in, and again until it works. Returns at once. */
  start(): void {
    if (this.#condition.kind === 'stopped') return;
    const client = this.options.createClient();
    this.#client = client;
    this.#listen(client);
    client.login(this.options.botToken).catch((error: unknown) => this.#loginFailed(client, error));
  }

  /** Lets the present client go and logs in with a new one: a new session, which costs one IDENTIFY. */
  reconnect(): boolean {
    const client = this.#client;
    if (client === null || this.#condition.kind === 'refused') return false;
    this.#client = null;
    this.#condition = { kind: 'connecting' };
    this.options.events.interrupted();
    client.destroy().catch(() => undefined); // nobody listens to it any more
    this.start();
    return true;
  }

  /** Twice is fine. */
  async stop(): Promise<void> {
    this.#condition = { kind: 'stopped' };
    this.#cancelLogin();
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    const late = new Promise<void>((resolve) => this.options.clock.after(GOODBYE_MS, resolve));
    await Promise.race([client.destroy(), late]);
  }

  #listen(client: Client): void {
    const { library, log, events } = this.options;
    const { Events, GatewayDispatchEvents } = library;
    const whileCurrent = (act: () => void) => {
      if (this.#client === client && this.#condition.kind !== 'refused') act();
    };
    client.on(Events.ShardReady, () => whileCurrent(() => this.#connected(client)));
    client.on(Events.ShardResume, () => whileCurrent(() => this.#connected(client)));
    client.on(Events.ShardReconnecting, () => whileCurrent(() => this.#interrupted()));
    client.on(Events.ShardDisconnect, ({ code }) => whileCurrent(() => this.#ended(code)));
    client.on(Events.ShardError, ({ message }) => log.warn({ reason: message }, 'Discord connection error'));
    client.on(Events.Error, ({ message }) => log.warn({ reason: message }, 'Discord client error'));
    // The event as it came: discord.js itself drops messages of direct chats it does not know.
    client.ws.on(GatewayDispatchEvents.MessageCreate, (message: GatewayMessageCreateDispatchData) =>
      whileCurrent(() => events.message(message)),
    );
  }

  #connected(client: Client): void {
    this.#failures = 0;
    this.#condition = { kind: 'connected', as: client.user?.username ?? 'the bot' };
    this.options.log.info({ as: this.#condition.as }, 'Connected to Discord');
    this.options.events.connected();
  }

  #interrupted(): void {
    if (this.#condition.kind === 'connected') this.#condition = { kind: 'interrupted' };
    this.options.events.interrupted();
  }

  #ended(code: number): void {
    const reason = readCloseCode(code) ?? `Discord closed the connection for good (${code})`;
    this.#refused(reason);
  }

  #refused(reason: string): void {
    this.#condition = { kind: 'refused', reason };
    this.options.log.error({ reason }, 'Discord refuses the connection');
    this.options.events.interrupted();
  }

  #loginFailed(client: Client, error: unknown): void {
    if (this.#client !== client || this.#condition.kind === 'refused') return;
    const { kind, reason } = diagnose(error);
    if (kind === 'refused') return this.#refused(reason);
    const retryMs = LOGIN_WAITS_MS[Math.min(this.#failures, LOGIN_WAITS_MS.length - 1)] ?? LOGIN_WAITS_MS[0];
    this.#failures += 1;
    this.#client = null;
    this.#condition = { kind: 'waiting', reason, retryMs };
    this.options.log.warn({ reason, retryMs }, 'Login to Discord failed');
    this.#cancelLogin = this.options.clock.after(retryMs, () => this.start());
  }
}
