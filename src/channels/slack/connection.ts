/**
 * Keeps a Socket Mode connection to Slack, and hands each envelope over before it is acknowledged.
 *
 *   connecting ──hello──▶ connected ──closed──▶ connecting …
 *        └──failed──▶ waiting ──▶ connecting …
 *
 * Bolt's own reconnecting leaves rejected promises behind that end the process (docs/platform-clients.md). Here it is
 * switched off: every connection is a client of its own, opened, awaited and closed in this loop. It ends when the
 * client says so, or when nothing at all is heard on it, whatever the client says.
 */
import type { ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../clock.ts';
import { type Client, type ClientOptions, close, newClient, open } from './client.ts';
import { type Failure, failureOf } from './failure.ts';
import { feel, Pulse } from './pulse.ts';

export type ConnectionOptions = ClientOptions & {
  /**
   * Resolves when the envelope is dealt with, with what to answer to its sender, if anything; a rejection means that it
   * is not acknowledged, and an event comes again.
   */
  onEnvelope(body: unknown): Promise<CommandAnswer | null>;
  onConnected(): void;
  /** Called once after each `onConnected`, at the moment it is known. */
  onLost(): void;
  clock: Clock;
};

/** The acknowledgement of a slash command may carry what its person is told. */
export type CommandAnswer = { response_type: 'ephemeral' | 'in_channel'; text: string };

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  /** For so long nothing was heard, pings included, on this connection and those before it. */
  | { kind: 'deaf'; ms: number }
  | { kind: 'waiting'; failure: Failure };

/** From asking for an address to the hello, milliseconds. */
const OPEN_DEADLINE_MS = 30_000;
/** Waits by failures in a row, milliseconds; the last one repeats. The first one takes Slack's everyday renewals. */
const RETRY_MS = [0, 500, 1000, 2000, 5000, 10_000] as const;
/** A refusal ends only when a person does something, milliseconds. */
const REFUSED_RETRY_MS = 30_000;
/**
 * The client pings three times within its ping timeout and ends a connection without a pong by itself, at the latest
 * after two of them. One it did not end after three is ended here.
 */
const DEAF_TIMEOUTS = 3;
/** A connection that held this long, milliseconds, was a good one. */
const GOOD_MS = 10_000;

export class Connection {
  #state: Exclude<ConnectionState, { kind: 'deaf' }>;
  readonly #pulse: Pulse;
  #failures = 0;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #endWait: () => void = () => undefined;

  constructor(readonly options: ConnectionOptions) {
    this.#state = { kind: 'connecting' };
    this.#pulse = new Pulse(options.clock, options.pingTimeoutMs);
  }

  get state(): ConnectionState {
    const ms = this.#state.kind === 'waiting' ? null : this.#pulse.deafMs;
    return ms === null ? this.#state : { kind: 'deaf', ms };
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
      const client = newClient(this.options, (event) => this.#take(event));
      const unfeel = feel(client, this.#pulse);
      try {
        await this.#hold(client);
      } catch (error) {
        this.#fail(failureOf(error));
      } finally {
        unfeel();
        await close(client, this.options.clock);
      }
      await this.#wait(this.#pauseMs(), null);
      this.#failures += 1;
    }
  }

  /** Opens a connection and returns when it has ended. */
  async #hold(client: Client): Promise<void> {
    const { clock, log, pingTimeoutMs, onConnected, onLost } = this.options;
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
    if ((await this.#wait(OPEN_DEADLINE_MS, open(client))) === 'late') throw new Error('no hello in time');
    if (this.#stopped) return;
    const since = clock.monotonic();
    this.#pulse.connected();
    this.#state = { kind: 'connected' };
    log.info('Slack connected (Socket Mode)');
    onConnected();
    const cancel = this.#pulse.whenSilent(DEAF_TIMEOUTS * pingTimeoutMs, () => this.#endWait());
    await this.#wait(null, ended);
    cancel();
    this.#pulse.ended();
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

  async #take({ body, ack }: ReceiverEvent): Promise<void> {
    const answer = await this.options.onEnvelope(body);
    await (answer === null ? ack() : ack(answer));
  }
}
