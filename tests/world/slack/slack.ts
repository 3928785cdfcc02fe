/**
 * A stand-in for Slack on loopback, true enough for the unmodified @slack/bolt and @slack/web-api: Web API, Socket
 * Mode, history, people who write, and misbehaviour on command. Its own record is the truth that judges compare with.
 */

import type { SeenRequest } from '../shared/serve.ts';
import type { SocketDoor } from '../shared/socket-server.ts';
import type { Watch } from '../shared/watch.ts';
import type { StandIn } from '../stand-in.ts';
import { buildSlack, type SlackOptions } from './build.ts';
import type { SlackDescription } from './description.ts';
import { SLACK_FAULT_EXAMPLES, slackFaultSchema } from './fault.ts';
import { misbehave } from './misbehave.ts';
import type { SlackPeople, Told } from './people.ts';
import type { SlackRecord } from './record.ts';
import type { Connection, Delivery } from './socket-mode.ts';

export type { SlackOptions };

export interface Slack extends StandIn {
  /** Base of the Web API, ready for `slackApiUrl`. */
  readonly apiUrl: string;
  readonly socketDoor: SocketDoor;
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
}

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const parts = await buildSlack(options);
  const { server, sockets, store, people, api, watch } = parts;
  return {
    url: server.url,
    apiUrl: `${server.url}/api/`,
    socketDoor: sockets.server(),
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
    received: () => api.requests.map(({ body: _body, ...seen }) => seen),
    misbehave: (json) => misbehave(parts, slackFaultSchema.parse(json)),
    async stop() {
      await Promise.all([server.refuse(), sockets.server().refuse()]);
    },
  };
}
