/**
 * The receiving half of the Slack channel: learns who we are, reads from the record where the former process stopped,
 * and only then connects. From there on every event and every missed message goes through the gate of its chat.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { ChannelHost } from '../channel.ts';
import type { SlackApi } from './api.ts';
import { Backfill } from './backfill.ts';
import { Connection, type ConnectionOptions, type ConnectionState } from './connection.ts';
import { SlackCallError } from './failure.ts';
import { Gates } from './gates.ts';
import { Intake } from './intake.ts';
import { messageOfEvent, type SlackMessage } from './message.ts';
import { Names } from './names.ts';
import type { WorkingSign } from './working-sign.ts';

export type ReceivingOptions = Pick<ConnectionOptions, 'bolt' | 'appToken' | 'apiUrl' | 'pingTimeoutMs'> & {
  api: SlackApi;
  sign: WorkingSign;
  host: ChannelHost;
  assistantName: string;
  clock: Clock;
  log: Logger;
};

/** Pauses between two tries to learn who we are, milliseconds; a refusal ends only when a person does something. */
const RETRY_MS = 5000;
const REFUSED_RETRY_MS = 30_000;

type Running = { connection: Connection; backfill: Backfill };

export class Receiving {
  readonly #gates = new Gates();
  #running: Running | null = null;
  #state: ConnectionState = { kind: 'connecting' };
  #stopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(readonly options: ReceivingOptions) {}

  get state(): ConnectionState {
    return this.#running?.connection.state ?? this.#state;
  }

  /** Returns at once and goes on trying until `stop`. */
  start(): void {
    void this.#begin();
  }

  /** Without a connection yet, one is on its way anyway. */
  reconnect(): boolean {
    return this.#running?.connection.reconnect() ?? false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    const { backfill, connection } = this.#running ?? {};
    await Promise.all([this.#gates.stop(), backfill?.stop(), connection?.stop()]);
  }

  async #begin(): Promise<void> {
    const { api, clock, log } = this.options;
    try {
      const botUserId = await api.identify();
      if (!this.#stopped) this.#connect(botUserId);
    } catch (error) {
      if (error instanceof SlackCallError) this.#state = { kind: 'waiting', failure: error.failure };
      log.warn({ err: error }, 'Slack does not say who we are, trying again');
      const afterMs = api.refusal === null ? RETRY_MS : REFUSED_RETRY_MS;
      if (!this.#stopped) this.#cancelRetry = clock.after(afterMs, () => void this.#begin());
    }
  }

  #connect(botUserId: string): void {
    const { api, host, clock, log } = this.options;
    const names = new Names(api, clock);
    const intake = new Intake({ ...this.options, names, botUserId });
    const store = (message: SlackMessage) => intake.store(message);
    const backfill = new Backfill({ api, host, gates: this.#gates, store, clock, log });
    const connection = new Connection({
      ...this.options,
      onEvent: (body) => this.#take(body, store, backfill),
      onConnected: () => backfill.connected(),
      onLost: () => backfill.lost(),
    });
    this.#running = { connection, backfill };
    backfill.begin();
    connection.start();
  }

  /** @throws StoppedError; what the store throws. Then the event is not acknowledged. */
  async #take(
    body: unknown,
    store: (message: SlackMessage) => Promise<void>,
    backfill: Backfill,
  ): Promise<void> {
    const message = messageOfEvent(body);
    if (!message) return;
    const { jid, ts } = message;
    await this.#gates.enter(jid, async () => {
      try {
        await store(message);
      } catch (error) {
        this.options.log.error(
          { err: error, jid, id: ts },
          'a Slack message could not be stored, taking it up again',
        );
        backfill.notStored(jid);
        throw error;
      }
    });
  }
}
