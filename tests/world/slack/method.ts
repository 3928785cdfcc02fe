/** What a Web API method of the Slack stand-in is, and how it reads its arguments. */

import { parseObject, type SentFile } from '../shared/body.ts';
import type { SlackToken } from './description.ts';
import type { SlackChat } from './record.ts';
import type { Shapes } from './shapes.ts';
import type { SlackStore } from './store.ts';

/** Becomes `{"ok":false,"error":…}`, with Slack's own name for it. */
export class SlackError extends Error {
  readonly code = 'SLACK_ERROR';

  constructor(
    readonly error: string,
    readonly details: object = {},
  ) {
    super(error);
  }
}

export type MethodWorld = {
  store: SlackStore;
  shapes: Shapes;
  /** Where the Web API is reached; without a slash at the end. */
  apiUrl: () => string;
  /** A fresh WebSocket address that lets one connection in. */
  socketUrl: () => string;
  changed: () => void;
  later: (ms: number, callback: () => void) => void;
};

export type Call = MethodWorld & { args: Arguments; token: SlackToken };

export type Method = {
  kind: SlackToken['kind'];
  /** Any of them will do; none: everybody may. */
  scopes: readonly string[];
  run: (call: Call) => object;
};

/** Arguments come as form fields or JSON; in forms, objects are JSON within a field. */
export class Arguments {
  constructor(
    readonly all: Readonly<Record<string, unknown>>,
    readonly files: readonly SentFile[] = [],
  ) {}

  text(name: string, otherwise = ''): string {
    const value = this.all[name];
    return value === undefined || value === null ? otherwise : String(value);
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.all[name] ?? otherwise);
    if (!Number.isFinite(value)) throw new SlackError('invalid_arguments');
    return value;
  }

  flag(name: string): boolean {
    return ['true', '1'].includes(this.text(name));
  }

  /** The value of a structured argument; undefined when there is none. */
  json(name: string): unknown {
    const value = this.all[name];
    return typeof value === 'string' ? parseObject(`{"value":${value || 'null'}}`).value : value;
  }
}

/** @throws SlackError channel_not_found */
export function chatOf({ store, args }: Call, name = 'channel'): SlackChat {
  const given = args.text(name);
  // Slack takes a user's id for the direct chat with that user.
  if (store.description.users.some(({ id }) => id === given)) return store.directChat(given);
  const chat = store.chats.get(given);
  if (chat === undefined) throw new SlackError('channel_not_found');
  return chat;
}

/** @throws SlackError channel_not_found, not_in_channel, is_archived */
export function writableChat(call: Call, name = 'channel'): SlackChat {
  const chat = chatOf(call, name);
  if (!chat.members.has(call.store.description.bot.userId)) throw new SlackError('not_in_channel');
  if (chat.isArchived) throw new SlackError('is_archived');
  return chat;
}
