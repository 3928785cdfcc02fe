/**
 * The gateway's events that concern us, as they came: discord.js itself drops messages of direct chats it does not
 * know, and changes of messages it has not kept.
 */
import type {
  Client,
  GatewayInteractionCreateDispatchData,
  GatewayMessageCreateDispatchData,
  GatewayMessageDeleteBulkDispatchData,
  GatewayMessageUpdateDispatchData,
} from 'discord.js';
import type { DiscordLibrary } from './library.ts';

export type LiveMessage = GatewayMessageCreateDispatchData;
export type LiveUpdate = GatewayMessageUpdateDispatchData;

export type DispatchHandlers = {
  message(message: LiveMessage): void;
  /** Also told of what is no change by a person. */
  updated(message: LiveUpdate): void;
  deleted(channelId: string, ids: readonly string[]): void;
  interaction(interaction: GatewayInteractionCreateDispatchData): void;
};

type Deletion = { id: string; channel_id: string };

/** @param guard runs what it is given only while the client's events count */
export function listenToDispatches(
  { GatewayDispatchEvents: On }: Pick<DiscordLibrary, 'GatewayDispatchEvents'>,
  client: Client,
  handlers: DispatchHandlers,
  guard: (act: () => void) => void,
): void {
  const { ws } = client;
  ws.on(On.MessageCreate, (message: LiveMessage) => guard(() => handlers.message(message)));
  ws.on(On.MessageUpdate, (message: LiveUpdate) => guard(() => handlers.updated(message)));
  ws.on(On.MessageDelete, ({ id, channel_id: channel }: Deletion) =>
    guard(() => handlers.deleted(channel, [id])),
  );
  ws.on(On.MessageDeleteBulk, ({ ids, channel_id: channel }: GatewayMessageDeleteBulkDispatchData) =>
    guard(() => handlers.deleted(channel, ids)),
  );
  ws.on(On.InteractionCreate, (interaction: GatewayInteractionCreateDispatchData) =>
    guard(() => handlers.interaction(interaction)),
  );
}
