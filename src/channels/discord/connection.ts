/**
 * Keeps one gateway connection. Once logged in discord.js reconnects and resumes by itself; what is ours is the
 * login, with growing waits, to give up a connection on which nothing arrives any more, and to stop when only a
 * person can help. Events of a client that was given up count no more.
 */
import type { Client } from 'discord.js';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { ClientHooks } from './client.ts';
import { type Condition, diagnose, FEW_IDENTIFIES, readCloseCode } from './condition.ts';
import { type DispatchHandlers, listenToDispatches } from './dispatches.ts';
import { IdentifyGate, type IdentifyGateOptions } from './identify-gate.ts';
import type { DiscordLibrary } from './library.ts';
import { Pulse } from './pulse.ts';

/** Each login may cost one of the 1000 IDENTIFYs a day, so the waits grow; milliseconds, the last one repeats. */
const LOGIN_WAITS_MS = [5000, 15_000, 60_000, 300_000] as const;

/** A dead socket would let discord.js wait 30 s for the answer to its goodbye, milliseconds. */
const GOODBYE_MS = 2000;

/** discord.js tells in its debug lines alone what Discord asked for in HELLO. */
const BEAT_LINE = /starting to beat every (\d+)ms/;

export type ConnectionEvents = {
  /** Messages may be missed from now on. */
  interrupted(): void;
  /** Connected, by a new session or a resumed one. */
  connected(): void;
  dispatch: DispatchHandlers;
};

export type ConnectionOptions = {
  library: DiscordLibrary;
  createClient(hooks: ClientHooks): Client;
  botToken: string;
  sessionStarts: IdentifyGateOptions['ask'];
  clock: Clock;
  log: Logger;
  events: ConnectionEvents;
};

export class Connection {
  readonly #pulse: Pulse;
  readonly #gate: IdentifyGate;
  #condition: Condition = { kind: 'connecting' };
  #client: Client | null = null;
  #cancelLogin = (): void => undefined;
  #failures = 0;
  /** Since when nothing was heard, steady clock; ends with an answered heartbeat: every connection begins with talk. */
  #deafSince: number | null = null;

  constructor(readonly options: ConnectionOptions) {
    const { clock, sessionStarts } = options;
    this.#pulse = new Pulse(clock, (silentMs) => this.#deaf(silentMs));
    this.#gate = new IdentifyGate({ clock, ask: sessionStarts, onHeld: (ms) => this.#held(ms) });
  }

  get condition(): Condition {
    const { kind } = this.#condition;
    const isTrying = kind === 'connected' || kind === 'connecting' || kind === 'deaf';
    if (this.#deafSince === null || !isTrying) return this.#condition;
    return { kind: 'deaf', silentMs: this.options.clock.monotonic() - this.#deafSince };
  }

  /** The client with what it knows of servers and channels; null before its first READY. */
  get client(): Client<true> | null {
    return this.#client?.user ? (this.#client as Client<true>) : null;
  }

  /** Logs in, and again until it works. Returns at once. */
  start(): void {
    if (this.#condition.kind === 'stopped') return;
    const client: Client = this.options.createClient({
      mayIdentify: (signal) => this.#gate.pass(signal),
      heartbeatAnswered: () => this.#client === client && this.#answered(),
    });
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
    await this.#drop();
  }

  /** Gives the client up; resolves when it is gone, or after a short wait. */
  async #drop(): Promise<void> {
    this.#pulse.stop();
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    const late = new Promise<void>((resolve) => this.options.clock.after(GOODBYE_MS, resolve));
    const gone = client.destroy().catch((error: Error) => {
      this.options.log.debug({ reason: error.message }, 'Discord client gone without a goodbye');
    });
    await Promise.race([gone, late]);
  }

  #listen(client: Client): void {
    const { library, log, events } = this.options;
    const { Events } = library;
    const whileCurrent = (act: () => void) => {
      if (this.#client === client && this.#condition.kind !== 'refused') act();
    };
    client.on(Events.ShardReady, () => whileCurrent(() => this.#connected(client)));
    client.on(Events.ShardResume, () => whileCurrent(() => this.#connected(client)));
    client.on(Events.ShardReconnecting, () => whileCurrent(() => this.#interrupted()));
    client.on(Events.ShardDisconnect, ({ code }) => whileCurrent(() => this.#ended(code)));
    client.on(Events.ShardError, ({ message }) => log.warn({ reason: message }, 'Discord connection error'));
    client.on(Events.Error, ({ message }) => log.warn({ reason: message }, 'Discord client error'));
    client.on(Events.Raw, () => whileCurrent(() => this.#pulse.heard()));
    client.on(Events.Debug, (line) => {
      const beat = BEAT_LINE.exec(line)?.[1];
      if (beat !== undefined) whileCurrent(() => this.#pulse.beatsEvery(Number(beat)));
    });
    listenToDispatches(library, client, events.dispatch, whileCurrent);
  }

  #connected(client: Client): void {
    this.#failures = 0;
    this.#condition = { kind: 'connected', as: client.user?.username ?? 'the bot' };
    this.#pulse.start();
    this.options.log.info({ as: this.#condition.as }, 'Connected to Discord');
    this.options.events.connected();
  }

  #answered(): void {
    this.#pulse.heard();
    if (this.#deafSince === null) return;
    this.#deafSince = null;
    this.options.log.info('Discord is heard again');
  }

  #interrupted(): void {
    this.#pulse.stop();
    if (this.#condition.kind === 'connected') this.#condition = { kind: 'interrupted' };
    this.options.events.interrupted();
  }

  /** discord.js would notice too, but then waits half a minute for the dead socket to say goodbye. */
  #deaf(silentMs: number): void {
    if (this.#condition.kind !== 'connected') return;
    this.#condition = { kind: 'deaf', silentMs };
    this.#deafSince ??= this.options.clock.monotonic() - silentMs;
    this.options.log.warn({ silentMs }, 'Nothing is heard from Discord; connecting anew');
    this.options.events.interrupted();
    void this.#drop();
    this.start();
  }

  #held(retryMs: number): void {
    if (this.#condition.kind === 'stopped') return;
    this.#condition = { kind: 'waiting', reason: FEW_IDENTIFIES, retryMs, isSilent: false };
    this.options.log.warn(
      { retryMs },
      'The start of a session at Discord is held back: few are left for today',
    );
  }

  #ended(code: number): void {
    const reason = readCloseCode(code) ?? `Discord closed the connection for good (${code})`;
    this.#refused(reason);
  }

  #refused(reason: string): void {
    this.#pulse.stop();
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
    this.#condition = { kind: 'waiting', reason, retryMs, isSilent: kind === 'silent' };
    this.options.log.warn({ reason, retryMs }, 'Login to Discord failed');
    this.#cancelLogin = this.options.clock.after(retryMs, () => this.start());
  }
}
