/** Puts the parts of the Slack stand-in together. */
import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { listenOnLoopback } from '../loopback.ts';
import { isObject } from '../shared/body.ts';
import { EventFaults } from '../shared/event-fault.ts';
import { RequestFaults } from '../shared/request-fault.ts';
import { Watch } from '../shared/watch.ts';
import { describeSlack, type SlackDescription } from './description.ts';
import { callback, eventsOf } from './events.ts';
import { SlackPeople } from './people.ts';
import type { SlackChange } from './record.ts';
import { shapesOf } from './shapes.ts';
import { SocketMode } from './socket-mode.ts';
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

export type Parts = Awaited<ReturnType<typeof buildSlack>>;

export async function buildSlack(options: SlackOptions) {
  const clock = options.clock ?? systemClock;
  const watch = new Watch(clock);
  const state = { out: false, authValid: true, endFault: (): void => undefined };
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
    later: (ms, callback) => void clock.after(ms, callback),
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
