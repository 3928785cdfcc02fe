/**
 * The receiving half of the Slack channel: learns who we are, reads from the record where the former process stopped,
 * and only then connects. From there on every event and every missed message goes through the gate of its chat.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Language } from '../../turns/notices.ts';
import type { ChannelHost } from '../channel.ts';
import type { Identity, SlackApi } from './api.ts';
import { Backfill } from './backfill.ts';
import { changeOfEvent } from './change.ts';
import { slashCommandOf } from './command.ts';
import { Commands } from './commands.ts';
import {
  type CommandAnswer,
  Connection,
  type ConnectionOptions,
  type ConnectionState,
} from './connection.ts';
import { SlackCallError } from './failure.ts';
import { Gates } from './gates.ts';
import type { Missed } from './history.ts';
import { Intake } from './intake.ts';
import { messageOfEvent } from './message.ts';
import type { Names } from './names.ts';
import type { SlackWeb } from './web.ts';
import type { WorkingSign } from './working-sign.ts';

export type ReceivingOptions = Pick<ConnectionOptions, 'bolt' | 'appToken' | 'apiUrl' | 'pingTimeoutMs'> & {
  api: SlackApi;
  names: Names;
  web: SlackWeb;
  sign: WorkingSign;
  host: ChannelHost;
  assistantName: string;
  language: Language;
  clock: Clock;
  log: Logger;
};

/** Pauses between two tries to learn who we are, milliseconds; a refusal ends only when a person does something. */
const RETRY_MS = 5000;
const REFUSED_RETRY_MS = 30_000;

type Running = { connection: Connection; backfill: Backfill };
type Takers = {
  store(missed: Missed): Promise<void>;
  backfill: Backfill;
  commands: Commands;
  intake: Intake;
};
type About = { jid: string; ts: string };

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

  /** Chats whose history is still to be read. */
  get behindCount(): number {
    return this.#running?.backfill.behindCount ?? 0;
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
      const identity = await api.identify();
      if (!this.#stopped) this.#connect(identity);
    } catch (error) {
      if (error instanceof SlackCallError) this.#state = { kind: 'waiting', failure: error.failure };
      log.warn({ err: error }, 'Slack does not say who we are, trying again');
      const afterMs = api.calls.refusal === null ? RETRY_MS : REFUSED_RETRY_MS;
      if (!this.#stopped) this.#cancelRetry = clock.after(afterMs, () => void this.#begin());
    }
  }

  #connect(identity: Identity): void {
    const gates = this.#gates;
    const intake = new Intake({ ...this.options, identity });
    const store = (missed: Missed) => keep(intake, missed);
    const backfill = new Backfill({ ...this.options, gates, store });
    const commands = new Commands({ ...this.options, gates, intake });
    const connection = new Connection({
      ...this.options,
      onEnvelope: (body) => this.#take(body, { store, backfill, commands, intake }),
      onConnected: () => {
        backfill.connected();
        this.options.sign.connected();
      },
      onLost: () => backfill.lost(),
    });
    this.#running = { connection, backfill };
    backfill.begin();
    connection.start();
  }

  /** @throws StoppedError; what the store throws. Then the envelope is not acknowledged. */
  async #take(body: unknown, { store, backfill, commands, intake }: Takers): Promise<CommandAnswer | null> {
    const command = slashCommandOf(body);
    if (command) return commands.take(command);
    const message = messageOfEvent(body);
    const change = changeOfEvent(body);
    if (message) await this.#enter(message, backfill, () => store({ kind: 'written', message }));
    else if (change) await this.#enter(change, backfill, () => intake.change(change));
    return null;
  }

  async #enter({ jid, ts }: About, backfill: Backfill, run: () => Promise<void>): Promise<void> {
    await this.#gates.enter(jid, async () => {
      try {
        await run();
      } catch (error) {
        const about = { err: error, jid, id: ts };
        this.options.log.error(about, 'a Slack message could not be stored, taking it up again');
        backfill.notStored(jid);
        throw error;
      }
    });
  }
}

async function keep(intake: Intake, missed: Missed): Promise<void> {
  if (missed.kind !== 'written') return intake.change(missed);
  await intake.store(missed.message);
}
