/**
 * A stand-in for Discord on loopback, true enough for the unmodified discord.js: REST v10, gateway, interactions,
 * history, people who write, and misbehaviour on command. Its own record is the truth that judges compare with.
 */
import type { SeenRequest } from '../shared/serve.ts';
import type { SocketDoor } from '../shared/socket-server.ts';
import type { Watch } from '../shared/watch.ts';
import type { StandIn } from '../stand-in.ts';
import { buildDiscord, type DiscordOptions, type Parts } from './build.ts';
import type { DiscordDescription } from './description.ts';
import { DISCORD_FAULT_EXAMPLES, discordFaultSchema } from './fault.ts';
import type { GatewayConnection, Start } from './gateway.ts';
import type { Interaction } from './interactions.ts';
import { misbehave } from './misbehave.ts';
import type { DiscordPeople } from './people.ts';
import type { DiscordRecord } from './record.ts';

export type { DiscordOptions };

export interface Discord extends StandIn {
  /** Base of the REST API, ready for `rest.api`: the client adds `/v10`. */
  readonly apiUrl: string;
  readonly socketDoor: SocketDoor;
  readonly description: DiscordDescription;
  readonly people: DiscordPeople;
  /** Every message of a chat or of all, oldest first, deleted ones too. */
  messages(chat?: string): readonly DiscordRecord[];
  botMessages(): readonly DiscordRecord[];
  /** @param name part of `METHOD /path` */
  requests(name?: string): readonly SeenRequest[];
  /** Every connection there ever was; an open one has no `closedAt`. */
  connections(): readonly GatewayConnection[];
  /** Every IDENTIFY and RESUME. */
  starts(): readonly Start[];
  identifies(): readonly Start[];
  typings(): readonly { at: number; chat: string }[];
  interactions(): readonly Interaction[];
  /** Commands as last registered, for `global` or a guild's id. */
  commands(place: string): readonly unknown[];
  /** @throws NotInTimeError */
  until: Watch['until'];
}

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const parts = await buildDiscord(options);
  const { server, gateway, store, people, watch, rest } = parts;
  return {
    url: server.url,
    apiUrl: `${server.url}/api`,
    socketDoor: gateway.server(),
    description: store.description,
    people,
    ...queries(parts),
    until: (look, ms) => watch.until(look, ms),
    faults: DISCORD_FAULT_EXAMPLES,
    received: () => rest.requests.map(({ body: _body, ...seen }) => seen),
    misbehave: (json) => misbehave(parts, discordFaultSchema.parse(json)),
    async stop() {
      await Promise.all([server.refuse(), gateway.server().refuse()]);
    },
  };
}

function queries({ store, rest, gateway }: Parts) {
  return {
    messages: (chat?: string) => store.messages.filter((one) => chat === undefined || one.chat === chat),
    botMessages: () => store.messages.filter(({ by }) => by === 'bot'),
    requests: (name = '') => rest.requests.filter((seen) => seen.name.includes(name)),
    connections: () => gateway.connections,
    starts: () => gateway.starts,
    identifies: () => gateway.starts.filter(({ kind }) => kind === 'identify'),
    typings: () => store.typings,
    interactions: () => rest.interactions.all,
    commands: (place: string) => rest.commands.get(place) ?? [],
  };
}
