/**
 * A stand-in for Slack on loopback, true enough for the unmodified @slack/bolt and @slack/web-api: Web API, Socket
 * Mode, history, people who write, and misbehaviour on command. Its own record is the truth that judges compare with.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { StandIn } from '../stand-in.ts';
import { describeSlack, type SlackDescription } from './description.ts';
import { callback, eventsOf } from './events.ts';
import { SLACK_FAULT_EXAMPLES, type SlackFault, slackFaultSchema } from './fault.ts';
import { SlackPeople, type Told } from './people.ts';
import type { SlackChange, SlackRecord } from './record.ts';
import { shapesOf } from './shapes.ts';
import { isObject } from './shared/body.ts';
import { EventFaults } from './shared/event-fault.ts';
import { RequestFaults } from './shared/request-fault.ts';
import type { SeenRequest } from './shared/serve.ts';
import { Watch } from './shared/watch.ts';
import { type Connection, type Delivery, SocketMode } from './socket-mode.ts';
import { SlackStore } from './store.ts';
import { handleWebApi, type WebApi } from './web-api.ts';

export type SlackOptions = {
  /** 0 or none: a free one. The same for the sockets' own port. */
  port?: number;
  socketPort?: number;
  describe?: Partial<SlackDescription>;
  /** Least time between two posts to one channel, milliseconds; Slack allows about one a second. 0: any. */
  postEveryMs?: number;
  ackTimeoutMs?: number;
  retryDelaysMs?: readonly number[];
  clock?: Clock;
};

export interface Slack extends StandIn {
  /** Base of the Web API, ready for `slackApiUrl`. */
  readonly apiUrl: string;
  readonly description: SlackDescription;
  readonly people: SlackPeople;
  /** Every message of a chat or of all, oldest first, deleted ones too. */
  messages(chat?: string): readonly SlackRecord[];
  botMessages(): readonly SlackRecord[];
  requests(name?: string): readonly SeenRequest[];
  /** Every envelope sent; an acknowledged one has `ackedAt`. */
  deliveries(): readonly Delivery[];
  acks(): readonly Delivery[];
  /** Every connection there ever was; an open one has no `closedAt`. */
  connections(): readonly Connection[];
  /** What people were told in answer to commands and buttons. */
  told(): readonly Told[];
  /** @throws NotInTimeError */
  until: Watch['until'];
  misbehave(fault: SlackFault | unknown): Promise<void>;
}

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const parts = await build(options);
  const { server, sockets, store, people, api, watch } = parts;
  return {
    url: server.url,
    apiUrl: `${server.url}/api/`,
    description: store.description,
    people,
    messages: (chat) => store.messages.filter((message) => chat === undefined || message.chat === chat),
    botMessages: () => store.messages.filter(({ by }) => by === 'bot'),
    requests: (name) => api.requests.filter((seen) => name === undefined || seen.name === name),
    deliveries: () => sockets.deliveries,
    acks: () => sockets.deliveries.filter(({ ackedAt }) => ackedAt !== null),
    connections: () => sockets.connections,
    told: () => people.told,
    until: (look, ms) => watch.until(look, ms),
    faults: SLACK_FAULT_EXAMPLES,
    received: () => api.requests.map(({ body, ...seen }) => seen),
    misbehave: (json) => misbehave(parts, slackFaultSchema.parse(json)),
    async stop() {
      await Promise.all([server.refuse(), sockets.server().refuse()]);
    },
  };
}

type Parts = Awaited<ReturnType<typeof build>>;

async function build(options: SlackOptions) {
  const clock = options.clock ?? systemClock;
  const watch = new Watch(clock);
  const state = { out: false, authValid: true };
  const changed = () => watch.changed();
  const store = new SlackStore(describeSlack(options.describe), clock.now, (change) => {
    if (!state.out) tell(change);
    changed();
  });
  const tickets = new Set<string>();
  const events = new EventFaults(clock);
  const sockets = await SocketMode.start({
    ...{ port: options.socketPort ?? 0, clock, faults: events, changed },
    ...{ ackTimeoutMs: options.ackTimeoutMs, retryDelaysMs: options.retryDelaysMs },
    admits: (ticket) => state.authValid && tickets.delete(ticket),
    acked: (delivery) => {
      if (isObject(delivery.ackPayload)) people.hear(delivery.eventId, 'ack', delivery.ackPayload);
    },
  });
  const server = await listenOnLoopback(options.port ?? 0, (req, res) => {
    handleWebApi(api, req, res).catch(() => res.destroy()); // the client broke off, or sent what cannot be read
  });
  const apiUrl = () => server.url;
  const shapes = shapesOf(store.description, apiUrl);
  const people = new SlackPeople(store, (parcel) => sockets.deliver(parcel), apiUrl);
  const tell = (change: SlackChange) => tellApp(change, { store, shapes, sockets });
  const api: WebApi = {
    ...{ store, shapes, apiUrl, changed, requests: [], faults: new RequestFaults(clock), clock },
    ...{ authValid: () => state.authValid, postEveryMs: options.postEveryMs ?? 0, lastPosts: new Map() },
    responded: (id, fields) => people.hear(id, 'response_url', fields),
    socketUrl: () => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${sockets.server().url}/link/?ticket=${ticket}&app_id=${store.description.bot.appId}`;
    },
  };
  return { clock, watch, state, store, events, sockets, server, people, api };
}

type Telling = { store: SlackStore; shapes: ReturnType<typeof shapesOf>; sockets: SocketMode };

function tellApp(change: SlackChange, { store, shapes, sockets }: Telling): void {
  const { description } = store;
  const chat = store.chats.get(change.message.chat);
  const scopes = description.tokens.find(({ kind }) => kind === 'bot')?.scopes ?? [];
  if (chat === undefined) return;
  const ts = change.kind === 'posted' ? change.message.ts : store.timestamps.next(`events of ${chat.id}`);
  for (const event of eventsOf(change, ts, { chat, shapes, scopes, description })) {
    const eventId = `Ev${randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`;
    const payload = callback(event, eventId, Math.floor(store.now() / 1000), description);
    sockets.deliver({ type: 'events_api', eventId, payload });
  }
}

async function misbehave(parts: Parts, fault: SlackFault): Promise<void> {
  const { sockets, events, api, store, clock } = parts;
  const open = () => sockets.server().sockets();
  switch (fault.kind) {
    case 'none':
      return recover(parts);
    case 'outage':
    case 'auth_revoked':
      if (fault.forMs !== undefined) clock.after(fault.forMs, () => void recover(parts));
      return fault.kind === 'outage' ? takeDown(parts) : revoke(parts);
    case 'half_open':
      return open().forEach((socket) => void socket.halfOpen());
    case 'drop':
      return open().forEach((socket) => void socket.drop());
    case 'disconnect':
      return sockets.disconnect(fault.reason);
    case 'equal_timestamps':
      return store.timestamps.freeze(fault.times);
    case 'event_delay':
    case 'event_duplicate':
    case 'event_loss':
    case 'event_reorder':
      return events.add(fault);
    default:
      return api.faults.add(fault);
  }
}

async function takeDown({ state, server, sockets }: Parts): Promise<void> {
  state.out = true;
  await Promise.all([server.refuse(), sockets.server().refuse()]);
}

function revoke({ state, sockets }: Parts): void {
  state.authValid = false;
  for (const socket of sockets.server().sockets()) socket.close(1000);
}

async function recover({ state, events, api, server, sockets }: Parts): Promise<void> {
  events.clear();
  api.faults.clear();
  state.out = false;
  state.authValid = true;
  await Promise.all([server.accept(), sockets.server().accept()]);
}
