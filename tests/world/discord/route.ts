/** What a route of Discord's REST API is in the stand-in, and the errors it answers with. */
import type { SentFile } from '../shared/body.ts';
import type { Answer } from '../shared/serve.ts';
import type { Interactions } from './interactions.ts';
import type { DiscordChat, DiscordRecord } from './record.ts';
import type { Shapes } from './shapes.ts';
import type { SignedFiles } from './signed-files.ts';
import type { DiscordStore } from './store.ts';

/** Becomes a JSON body `{"code":…,"message":…}` with its status. */
export class DiscordError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly errors?: object,
  ) {
    super(message);
  }
}

/** Discord's reference: JSON error codes. */
export const refuse = {
  unauthorized: () => new DiscordError(401, 0, '401: Unauthorized'),
  notFound: () => new DiscordError(404, 0, '404: Not Found'),
  unknownChannel: () => new DiscordError(404, 10_003, 'Unknown Channel'),
  unknownMessage: () => new DiscordError(404, 10_008, 'Unknown Message'),
  unknownUser: () => new DiscordError(404, 10_013, 'Unknown User'),
  unknownWebhook: () => new DiscordError(404, 10_015, 'Unknown Webhook'),
  tooLarge: () => new DiscordError(413, 40_005, 'Request entity too large'),
  unknownInteraction: () => new DiscordError(404, 10_062, 'Unknown interaction'),
  alreadyAcknowledged: () => new DiscordError(400, 40_060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new DiscordError(403, 50_001, 'Missing Access'),
  notYours: () => new DiscordError(403, 50_005, 'Cannot edit a message authored by another user'),
  closedToDirect: () => new DiscordError(403, 50_007, 'Cannot send messages to this user'),
  form: (path: string, code: string, message: string) =>
    new DiscordError(400, 50_035, 'Invalid Form Body', { [path]: { _errors: [{ code, message }] } }),
} as const;

export type RouteWorld = {
  store: DiscordStore;
  shapes: Shapes;
  files: SignedFiles;
  interactions: Interactions;
  gatewayUrl: () => string;
  identifies: () => { remaining: number; resetAfterMs: number };
  /** Commands as last registered, by place: `global` or a guild's id. */
  commands: Map<string, unknown[]>;
  changed: () => void;
};

export type RouteCall = Omit<RouteWorld, 'files'> & {
  /** The variable parts of the path, in order. */
  ids: readonly string[];
  query: URLSearchParams;
  /** The JSON body; of a form, its `payload_json`. */
  json: Readonly<Record<string, unknown>>;
  files: readonly SentFile[];
};

export type Route = {
  method: string;
  /** Parts beginning with `:` are variable. */
  path: string;
  /** The path carries its own token: no `Authorization` needed. */
  open?: boolean;
  run: (call: RouteCall) => object | null | Answer;
};

/** @throws DiscordError 10003, 50001 */
export function chatOf({ store, ids }: RouteCall): DiscordChat {
  const chat = store.chats.get(ids[0] ?? '');
  if (chat === undefined) throw refuse.unknownChannel();
  if (!chat.access) throw refuse.missingAccess();
  return chat;
}

/** @throws DiscordError 10008 besides those of the chat */
export function messageOf(call: RouteCall): DiscordRecord {
  const message = call.store.find(chatOf(call).id, call.ids[1] ?? '');
  if (message === undefined) throw refuse.unknownMessage();
  return message;
}
