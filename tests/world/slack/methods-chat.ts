/** chat.* and reactions.* */
import * as z from 'zod';
import { type Call, chatOf, type Method, SlackError, writableChat } from './method.ts';
import type { SlackMetadata, SlackRecord } from './record.ts';

/** Slack's reference of chat.postMessage: longer texts are cut. */
const TEXT_LIMIT = 40_000;

const metadataSchema = z.object({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
});

export const CHAT_METHODS: Readonly<Record<string, Method>> = {
  'chat.postMessage': { kind: 'bot', scopes: ['chat:write'], run: post },
  'chat.update': { kind: 'bot', scopes: ['chat:write'], run: update },
  'chat.delete': { kind: 'bot', scopes: ['chat:write'], run: remove },
  'reactions.add': { kind: 'bot', scopes: ['reactions:write'], run: react },
  'reactions.remove': { kind: 'bot', scopes: ['reactions:write'], run: unreact },
};

function post(call: Call): object {
  const { store, shapes, args } = call;
  const chat = writableChat(call);
  const text = args.text('text') || args.text('markdown_text');
  if (text === '' && args.json('blocks') === undefined) throw new SlackError('no_text');
  const message = store.post({
    ...{ chat: chat.id, user: store.description.bot.userId, by: 'bot', text: text.slice(0, TEXT_LIMIT) },
    ...{
      thread: threadOf(call, chat.id),
      metadata: metadataOf(call),
      broadcast: args.flag('reply_broadcast'),
    },
  });
  return { channel: chat.id, ts: message.ts, message: shapes.message(message) };
}

function update(call: Call): object {
  const message = own(call, 'cant_update_message');
  call.store.edit(message, call.args.text('text').slice(0, TEXT_LIMIT), false);
  return {
    ...{ channel: message.chat, ts: message.ts, text: message.text },
    message: call.shapes.message(message),
  };
}

function remove(call: Call): object {
  const message = own(call, 'cant_delete_message');
  call.store.remove(message);
  return { channel: message.chat, ts: message.ts };
}

function react(call: Call): object {
  const { message, name, user } = reaction(call);
  if (message.reactions.some((one) => one.name === name && one.user === user)) {
    throw new SlackError('already_reacted');
  }
  message.reactions.push({ name, user });
  call.changed();
  return {};
}

function unreact(call: Call): object {
  const { message, name, user } = reaction(call);
  const index = message.reactions.findIndex((one) => one.name === name && one.user === user);
  if (index < 0) throw new SlackError('no_reaction');
  message.reactions.splice(index, 1);
  call.changed();
  return {};
}

function reaction(call: Call) {
  const message = find(call, call.args.text('timestamp'));
  return { message, name: call.args.text('name'), user: call.store.description.bot.userId };
}

function own(call: Call, otherwise: string): SlackRecord {
  const message = find(call, call.args.text('ts'));
  if (message.user !== call.store.description.bot.userId) throw new SlackError(otherwise);
  return message;
}

function find(call: Call, ts: string): SlackRecord {
  const message = call.store.find(chatOf(call).id, ts);
  if (message === undefined) throw new SlackError('message_not_found');
  return message;
}

/** A reply to a reply lands in the thread of the first message, as in Slack. */
export function threadOf({ store, args }: Call, chat: string): string | null {
  const given = args.text('thread_ts');
  if (given === '') return null;
  const start = store.find(chat, given);
  if (start === undefined) throw new SlackError('thread_not_found');
  return start.thread ?? start.ts;
}

function metadataOf({ args }: Call): SlackMetadata | null {
  const given = args.json('metadata');
  if (given === undefined || given === null) return null;
  const parsed = metadataSchema.safeParse(given);
  if (!parsed.success) throw new SlackError('invalid_metadata_format');
  return parsed.data;
}
