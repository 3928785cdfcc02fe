/**
 * Discord's gateway, version 10, plain JSON (discord.js asks for compression only where zlib-sync is installed).
 * HELLO, IDENTIFY, RESUME with replay, heartbeats, and the misbehaviour that belongs to sockets.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../../src/clock.ts';
import { parseObject } from '../shared/body.ts';
import type { EventFaults } from '../shared/event-fault.ts';
import { type Socket, type SocketServer, serveSockets } from '../shared/socket-server.ts';
import { PRIVILEGED_INTENTS } from './description.ts';
import { eventOf, type GatewayEvent } from './events.ts';
import { greeting } from './greeting.ts';
import type { DiscordChange, DiscordChat } from './record.ts';
import { Session } from './session.ts';
import type { Shapes } from './shapes.ts';
import type { DiscordStore } from './store.ts';

/** What Discord sends in HELLO. */
const HEARTBEAT_INTERVAL_MS = 41_250;
/** Discord's reference: session start limit. */
export const IDENTIFIES_PER_DAY = 1000;
/** Discord's reference: close codes. */
const CLOSE = {
  unknown: 4000,
  decode: 4002,
  unauthenticated: 4003,
  token: 4004,
  sequence: 4007,
  intents: 4014,
};

const identifySchema = z.object({ token: z.string(), intents: z.number().int() });
const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() });

export type GatewayConnection = {
  id: number;
  openedAt: number;
  closedAt: number | null;
  closeCode: number | null;
  /** Heartbeats that were answered. */
  heartbeats: number;
  session: string | null;
};
export type Start = {
  at: number;
  kind: 'identify' | 'resume';
  accepted: boolean;
  /** Events replayed by a resume. */
  replayed: number;
};

export type GatewayOptions = {
  port: number;
  clock: Clock;
  faults: EventFaults;
  store: DiscordStore;
  shapes: Shapes;
  tokenValid: (token: string) => boolean;
  /** A bot that identifies too often loses its token. */
  tokenLost: () => void;
  changed: () => void;
  heartbeatIntervalMs?: number | undefined;
  identifiesLeft?: number | undefined;
};

type Live = { socket: Socket; session: Session | null; connection: GatewayConnection };

export class Gateway {
  readonly connections: GatewayConnection[] = [];
  readonly starts: Start[] = [];
  #live = new Map<number, Live>();
  #sessions = new Map<string, Session>();
  #closingResumed = 0;

  private constructor(
    readonly options: GatewayOptions,
    readonly server: () => SocketServer,
  ) {}

  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway: Gateway = new Gateway(options, () => server);
    const server = await serveSockets(options.port, (socket) => gateway.#open(socket));
    return gateway;
  }

  get identifiesLeft(): number {
    const used = this.starts.filter(({ kind }) => kind === 'identify').length;
    return Math.max(0, (this.options.identifiesLeft ?? IDENTIFIES_PER_DAY) - used);
  }

  /** Tells every session whose intents reach it, connected or not. */
  tell(change: DiscordChange, chat: DiscordChat): void {
    const { shapes, store } = this.options;
    for (const session of this.#sessions.values()) {
      const event = eventOf(change, {
        chat,
        shapes,
        description: store.description,
        intents: session.intents,
      });
      if (event !== null) this.options.faults.pass(() => this.#dispatch(session, event));
    }
  }

  /** An event that no intent governs. */
  tellAll(event: GatewayEvent): void {
    for (const session of this.#sessions.values()) {
      this.options.faults.pass(() => this.#dispatch(session, event));
    }
  }

  forgetSessions(): void {
    this.#sessions.clear();
  }

  /** Op 7. */
  askToReconnect(): void {
    for (const { socket } of this.#live.values()) socket.send({ op: 7, d: null });
  }

  /** Op 9. */
  invalidate(resumable: boolean): void {
    if (!resumable) this.forgetSessions();
    for (const live of this.#live.values()) {
      live.session = null;
      live.socket.send({ op: 9, d: resumable });
    }
  }

  closeNextResumed(times: number): void {
    this.#closingResumed = times;
  }

  closeAll(code: number): void {
    for (const { socket } of this.#live.values()) socket.close(code);
  }

  #open(socket: Socket) {
    const { clock, changed, heartbeatIntervalMs = HEARTBEAT_INTERVAL_MS } = this.options;
    const times = { openedAt: clock.now(), closedAt: null, closeCode: null, heartbeats: 0 };
    const connection: GatewayConnection = { id: socket.id, ...times, session: null };
    const live: Live = { socket, session: null, connection };
    this.connections.push(connection);
    this.#live.set(socket.id, live);
    socket.send({
      op: 10,
      s: null,
      t: null,
      d: { heartbeat_interval: heartbeatIntervalMs, _trace: ['world'] },
    });
    changed();
    return {
      message: (json: string) => this.#take(live, json),
      pong: () => undefined, // Discord has heartbeats of its own
      closed: (code: number) => this.#closed(live, code),
    };
  }

  /** A client that closes with 1000 or 1001 ends its session; any other end leaves it to be resumed. */
  #closed({ connection, session }: Live, code: number): void {
    connection.closedAt = this.options.clock.now();
    connection.closeCode = code;
    this.#live.delete(connection.id);
    if (session !== null && (code === 1000 || code === 1001)) this.#sessions.delete(session.id);
    this.options.changed();
  }

  #take(live: Live, json: string): void {
    const { op, d } = parseObject(json);
    if (op === 1) return this.#answerHeartbeat(live);
    if (op === 2) return this.#identify(live, d);
    if (op === 6) return this.#resume(live, d);
    if (live.session === null) live.socket.close(op === undefined ? CLOSE.decode : CLOSE.unauthenticated);
  }

  #answerHeartbeat({ socket, connection }: Live): void {
    socket.send({ op: 11 });
    connection.heartbeats += 1;
    this.options.changed();
  }

  #identify(live: Live, d: unknown): void {
    const { store, tokenValid, tokenLost, clock } = this.options;
    const asked = identifySchema.safeParse(d);
    if (!asked.success) return live.socket.close(CLOSE.decode);
    const { token, intents } = asked.data;
    if (this.identifiesLeft === 0) tokenLost();
    const forbidden = intents & PRIVILEGED_INTENTS & ~store.description.privilegedIntents;
    const accepted = tokenValid(token) && forbidden === 0;
    this.starts.push({ at: clock.now(), kind: 'identify', accepted, replayed: 0 });
    this.options.changed();
    if (!accepted) return live.socket.close(tokenValid(token) ? CLOSE.intents : CLOSE.token);
    this.#begin(live, new Session(randomUUID().replaceAll('-', ''), intents));
  }

  #begin(live: Live, session: Session): void {
    this.#attach(live, session);
    this.#sessions.set(session.id, session);
    const { store, shapes } = this.options;
    for (const event of greeting(session, { store, shapes, url: this.server().url }))
      this.#dispatch(session, event);
  }

  #resume(live: Live, d: unknown): void {
    const asked = resumeSchema.safeParse(d);
    if (!asked.success) return live.socket.close(CLOSE.decode);
    const { token, session_id: id, seq } = asked.data;
    const session = this.#sessions.get(id);
    const missed = session?.after(seq) ?? null;
    const accepted = this.options.tokenValid(token) && missed !== null;
    this.starts.push({
      at: this.options.clock.now(),
      kind: 'resume',
      accepted,
      replayed: missed?.length ?? 0,
    });
    this.options.changed();
    if (!this.options.tokenValid(token)) return live.socket.close(CLOSE.token);
    if (session === undefined) return live.socket.send({ op: 9, d: false });
    if (missed === null) return live.socket.close(CLOSE.sequence);
    for (const dispatch of missed) live.socket.send(dispatch);
    this.#attach(live, session);
    this.#dispatch(session, { t: 'RESUMED', d: { _trace: ['world'] } });
    if (this.#closingResumed <= 0) return;
    this.#closingResumed -= 1;
    live.socket.close(CLOSE.unknown);
  }

  /** A session has one connection: the newest. */
  #attach(live: Live, session: Session): void {
    for (const other of this.#live.values()) if (other.session === session) other.session = null;
    live.session = session;
    live.connection.session = session.id;
  }

  #dispatch(session: Session, event: GatewayEvent): void {
    const dispatch = session.add(event);
    for (const live of this.#live.values()) if (live.session === session) live.socket.send(dispatch);
  }
}
