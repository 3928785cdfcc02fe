/**
 * Keeps a Socket Mode connection to Slack, and hands each event over before it is acknowledged.
 *
 *   connecting ──hello──▶ connected ──closed──▶ connecting …
 *        └──failed──▶ waiting ──▶ connecting …
 *
 * Bolt's own reconnecting leaves rejected promises behind that end the process (docs/platform-clients.md). Here it is
 * switched off: every connection is a client of its own, opened, awaited and closed in this loop.
 */
import type { App, ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { type Bolt, clientOptions } from './api.ts';
import { boltLogger } from './bolt-logger.ts';
import { type Failure, failureOf } from './failure.ts';

export type ConnectionOptions = {
  bolt: Bolt;
  appToken: string;
  apiUrl: string | undefined;
  /** How soon a silent connection counts as dead, milliseconds. */
  pingTimeoutMs: number;
  /** Resolves when the event is dealt with; a rejection means that Slack shall send it again. */
  onEvent(body: unknown): Promise<void>;
  onConnected(): void;
  /** Called once after each `onConnected`, at the moment it is known. */
  onLost(): void;
  clock: Clock;
  log: Logger;
};

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'waiting'; failure: Failure };

/** From asking for an address to the hello, milliseconds. */
const OPEN_DEADLINE_MS = 30_000;
/** Slack answers a close at once; after this it is cut, milliseconds. */
const CLOSE_DEADLINE_MS = 1000;
/** Waits by failures in a row, milliseconds; the last one repeats. The first one takes Slack's everyday renewals. */
const RETRY_MS = [0, 500, 1000, 2000, 5000, 10_000] as const;
/** A refusal ends only when a person does something, milliseconds. */
const REFUSED_RETRY_MS = 30_000;
/** A connection that held this long, milliseconds, was a good one. */
const GOOD_MS = 10_000;

export class Connection {
  #state: ConnectionState = { kind: 'connecting' };
  #failures = 0;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #endWait: () => void = () => undefined;

  constructor(readonly options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** Returns at once and goes on trying until `stop`. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends what the loop waits for, so that its next round opens a new connection. */
  reconnect(): boolean {
    if (this.#state.kind !== 'connected') return false; // its waits, such as Retry-After, are kept
    this.#endWait();
    return true;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endWait();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const receiver = this.#newReceiver();
      try {
        await this.#hold(receiver);
      } catch (error) {
        this.#fail(failureOf(error));
      } finally {
        await this.#close(receiver);
      }
      await this.#wait(this.#pauseMs(), null);
      this.#failures += 1;
    }
  }

  /** Opens a connection and returns when it has ended. */
  async #hold({ client }: SocketModeReceiver): Promise<void> {
    const { clock, log, onConnected, onLost } = this.options;
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
    if ((await this.#wait(OPEN_DEADLINE_MS, open(client))) === 'late') throw new Error('no hello in time');
    if (this.#stopped) return;
    const since = clock.monotonic();
    this.#state = { kind: 'connected' };
    log.info('Slack connected (Socket Mode)');
    onConnected();
    await this.#wait(null, ended);
    if (clock.monotonic() - since >= GOOD_MS) this.#failures = 0;
    this.#state = { kind: 'connecting' };
    onLost();
    if (!this.#stopped) log.warn('Slack connection lost, connecting again');
  }

  #fail(failure: Failure): void {
    this.#state = { kind: 'waiting', failure };
    this.options.log.warn({ failure }, 'Slack connection failed, trying again');
  }

  #pauseMs(): number {
    const failure = this.#state.kind === 'waiting' ? this.#state.failure : null;
    if (failure?.kind === 'rate_limited') return failure.afterMs;
    if (failure?.kind === 'refused') return REFUSED_RETRY_MS;
    return RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? REFUSED_RETRY_MS;
  }

  /** Waits for `work`, for so many milliseconds, or until the channel stops; the loop has one wait at a time. */
  #wait(ms: number | null, work: Promise<void> | null): Promise<'done' | 'late' | 'stopped'> {
    let cancel: () => void = () => undefined;
    return new Promise<'done' | 'late' | 'stopped'>((resolve, reject) => {
      this.#endWait = () => resolve('stopped');
      if (this.#stopped) resolve('stopped');
      if (ms !== null) cancel = this.options.clock.after(ms, () => resolve('late'));
      work?.then(() => resolve('done'), reject);
    }).finally(() => cancel());
  }

  /** Ends a connection whatever its state. */
  async #close({ client }: SocketModeReceiver): Promise<void> {
    if (!client.websocket) {
      // Its address may still be on the way; then it ends as soon as it is open.
      client.once('connected', () => void client.disconnect());
      return;
    }
    // A dead peer would be waited for half a minute; asked a second time, the client cuts the connection.
    const cancel = this.options.clock.after(CLOSE_DEADLINE_MS, () => void client.disconnect());
    await client.disconnect();
    cancel();
  }

  #newReceiver(): SocketModeReceiver {
    const { bolt, appToken, apiUrl, pingTimeoutMs, log } = this.options;
    const logger = boltLogger(log);
    const receiver = new bolt.SocketModeReceiver({
      ...{ appToken, logger, autoReconnectEnabled: false, clientPingTimeout: pingTimeoutMs },
      installerOptions: { clientOptions: clientOptions(apiUrl, logger) },
      // An event that failed is not acknowledged: Slack sends it again.
      processEventErrorHandler: async () => false,
    });
    // Bolt's own App acknowledges before anything else runs; this takes its place.
    receiver.init({ processEvent: (event: ReceiverEvent) => this.#take(event) } as App);
    return receiver;
  }

  async #take({ body, ack }: ReceiverEvent): Promise<void> {
    await this.options.onEvent(body);
    await ack();
  }
}

/** @throws the client's own error; one of ours when the connection ended before the hello */
async function open(client: SocketModeReceiver['client']): Promise<void> {
  try {
    await client.start();
  } catch (error) {
    throw error ?? new Error('closed before the hello'); // the client rejects with nothing then
  }
}
