/**
 * Slack's Socket Mode: envelopes to one of the open connections, taken back and sent again when not acknowledged.
 * An envelope sent into a half-open connection is lost there, as Slack cannot know; it is sent again in its time.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/clock.ts';
import { isObject, parseObject } from '../shared/body.ts';
import type { EventFaults } from '../shared/event-fault.ts';
import { type Socket, type SocketServer, serveSockets } from '../shared/socket-server.ts';

/** Slack's Events API: acknowledged within three seconds, else sent again at once, after 1 and after 5 minutes. */
const ACK_TIMEOUT_MS = 3000;
const RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];
/** Not written down by Slack; its pings come every few seconds, clients expect one within 30 s. */
const PING_INTERVAL_MS = 3000;
/** Nor this: so many pings without an answer, and nothing more is sent into that connection. */
const MISSED_PONGS = 3;

export type Parcel = {
  type: 'events_api' | 'slash_commands' | 'interactive';
  /** The event's id, or a fresh one: stays the same over all attempts. */
  eventId: string;
  payload: object;
};

export type Delivery = {
  envelopeId: string;
  type: Parcel['type'];
  eventId: string;
  attempt: number;
  connection: number;
  /** Wall clock, milliseconds. */
  sentAt: number;
  ackedAt: number | null;
  ackPayload: unknown;
};

export type Connection = {
  id: number;
  openedAt: number;
  /** When its first pong came: it has read our hello. Null before. */
  readyAt: number | null;
  closedAt: number | null;
  closeCode: number | null;
  /** Pings since the last pong. */
  unanswered: number;
};

export type SocketModeOptions = {
  port: number;
  clock: Clock;
  faults: EventFaults;
  /** Whether a ticket from `apps.connections.open` lets this connection in. */
  admits: (ticket: string) => boolean;
  changed: () => void;
  acked: (delivery: Delivery) => void;
  ackTimeoutMs?: number | undefined;
  /** Pauses before each further attempt; as many attempts as there are pauses. */
  retryDelaysMs?: readonly number[] | undefined;
};

export class SocketMode {
  readonly deliveries: Delivery[] = [];
  readonly connections: Connection[] = [];
  #waiting = new Map<string, { delivery: Delivery; giveUp: () => void; cancel: () => void }>();
  #turn = 0;

  private constructor(
    readonly options: SocketModeOptions,
    readonly server: () => SocketServer,
  ) {}

  static async start(options: SocketModeOptions): Promise<SocketMode> {
    const mode: SocketMode = new SocketMode(options, () => server);
    const server = await serveSockets(options.port, (socket) => mode.#open(socket));
    return mode;
  }

  /** Hands a parcel to the event faults, and what they leave of it to a connection. */
  deliver(parcel: Parcel): void {
    this.options.faults.pass(() => this.#attempt(parcel, 0, ''));
  }

  /** Slack's word to reconnect; it closes such connections itself some time later, here the client does. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    for (const socket of this.server().sockets()) {
      socket.send({ type: 'disconnect', reason, debug_info: { host: 'world' } });
    }
  }

  #open(socket: Socket) {
    const { clock, changed, admits } = this.options;
    const ticket = new URL(socket.path, 'ws://loopback').searchParams.get('ticket') ?? '';
    const ends = { readyAt: null, closedAt: null, closeCode: null, unanswered: 0 };
    const connection: Connection = { id: socket.id, openedAt: clock.now(), ...ends };
    this.connections.push(connection);
    if (admits(ticket)) this.#greet(socket, connection);
    else socket.close(1008, 'invalid ticket');
    changed();
    return {
      message: (json: string) => this.#take(json),
      pong: () => {
        connection.unanswered = 0;
        connection.readyAt ??= clock.now();
        changed();
      },
      closed: (code: number) => {
        connection.closedAt = clock.now();
        connection.closeCode = code;
        for (const { delivery, giveUp } of [...this.#waiting.values()]) {
          if (delivery.connection === socket.id) giveUp();
        }
        changed();
      },
    };
  }

  #greet(socket: Socket, connection: Connection): void {
    const ping = () => {
      if (connection.closedAt !== null) return;
      if (connection.unanswered >= MISSED_PONGS) return socket.forget();
      connection.unanswered += 1;
      socket.ping();
      this.options.clock.after(PING_INTERVAL_MS, ping);
    };
    socket.send({
      ...{ type: 'hello', num_connections: this.server().sockets().length },
      ...{ debug_info: { host: 'world', approximate_connection_time: 18_060 } },
      connection_info: { app_id: 'A00000POL0' },
    });
    ping();
  }

  #attempt(parcel: Parcel, attempt: number, reason: string): void {
    const { clock, changed, ackTimeoutMs = ACK_TIMEOUT_MS } = this.options;
    const sockets = this.server().sockets();
    this.#turn += 1;
    const socket = sockets[this.#turn % Math.max(1, sockets.length)];
    if (socket === undefined) return this.#again(parcel, attempt, 'connection_failed');
    const { type, eventId } = parcel;
    const sent = { sentAt: clock.now(), ackedAt: null, ackPayload: null };
    const delivery = { envelopeId: randomUUID(), type, eventId, attempt, connection: socket.id, ...sent };
    this.deliveries.push(delivery);
    const failed = (why: string) => () => {
      cancel();
      this.#waiting.delete(delivery.envelopeId);
      this.#again(parcel, attempt, why);
    };
    const cancel = clock.after(ackTimeoutMs, failed('timeout'));
    this.#waiting.set(delivery.envelopeId, { delivery, cancel, giveUp: failed('connection_failed') });
    socket.send(envelopeOf(parcel, delivery, reason));
    changed();
  }

  /** A command is never sent again: its person was told that it failed. */
  #again(parcel: Parcel, attempt: number, reason: string): void {
    const delay = (this.options.retryDelaysMs ?? RETRY_DELAYS_MS)[attempt];
    if (delay === undefined || parcel.type !== 'events_api') return;
    this.options.clock.after(delay, () => this.#attempt(parcel, attempt + 1, reason));
  }

  /** An acknowledgement after the time is over counts for nothing. */
  #take(json: string): void {
    const { envelope_id: id, payload } = parseObject(json);
    const waiting = typeof id === 'string' ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return;
    waiting.cancel();
    this.#waiting.delete(waiting.delivery.envelopeId);
    waiting.delivery.ackedAt = this.options.clock.now();
    waiting.delivery.ackPayload = isObject(payload) && Object.keys(payload).length > 0 ? payload : null;
    this.options.acked(waiting.delivery);
    this.options.changed();
  }
}

function envelopeOf({ type, payload }: Parcel, { envelopeId, attempt }: Delivery, reason: string): object {
  return {
    ...{ envelope_id: envelopeId, type, payload, accepts_response_payload: type !== 'events_api' },
    ...(type === 'events_api' ? { retry_attempt: attempt, retry_reason: reason } : {}),
  };
}
