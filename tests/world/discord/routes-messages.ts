/** Routes of channels, their messages and reactions. */
import { type Composed, compose } from './compose.ts';
import { isReadable } from './events.ts';
import type { DiscordRecord } from './record.ts';
import { chatOf, messageOf, type Route, type RouteCall, refuse } from './route.ts';

const MESSAGES = '/channels/:chat/messages';
const REACTION = `${MESSAGES}/:message/reactions/:emoji/@me`;
/** Discord's reference: Get Channel Messages. */
const LIST_LIMIT = 50;
const LIST_MOST = 100;

export const MESSAGE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/channels/:chat', run: (call) => call.shapes.channel(chatOf(call)) },
  { method: 'GET', path: MESSAGES, run: list },
  { method: 'POST', path: MESSAGES, run: create },
  { method: 'GET', path: `${MESSAGES}/:message`, run: (call) => shown(call, messageOf(call)) },
  { method: 'PATCH', path: `${MESSAGES}/:message`, run: edit },
  { method: 'DELETE', path: `${MESSAGES}/:message`, run: remove },
  { method: 'POST', path: `${MESSAGES}/bulk-delete`, run: removeAll },
  { method: 'POST', path: '/channels/:chat/typing', run: typing },
  { method: 'PUT', path: REACTION, run: (call) => react(call, true) },
  { method: 'DELETE', path: REACTION, run: (call) => react(call, false) },
];

/** Newest first, whichever side was asked for. */
function list(call: RouteCall): object {
  const all = call.store.standing(chatOf(call).id);
  const limit = Number(call.query.get('limit') ?? LIST_LIMIT);
  if (!(limit >= 1 && limit <= LIST_MOST)) {
    throw refuse.form('limit', 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${LIST_MOST}.`);
  }
  return choose(all, call.query, limit)
    .reverse()
    .map((message) => shown(call, message));
}

function choose(all: readonly DiscordRecord[], query: URLSearchParams, limit: number): DiscordRecord[] {
  const [after, before, around] = ['after', 'before', 'around'].map((name) => query.get(name));
  if (after) return all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
  if (before) return all.filter(({ id }) => BigInt(id) < BigInt(before)).slice(-limit);
  if (!around) return all.slice(-limit);
  const middle = all.findIndex(({ id }) => BigInt(id) >= BigInt(around));
  const from = Math.max(0, middle - Math.floor(limit / 2));
  return all.slice(from, from + limit);
}

/** A repeated nonce, if enforced, answers with the message it made the first time. */
function create(call: RouteCall): object {
  const chat = chatOf(call);
  const person = call.store.description.users.find(({ id }) => id === chat.of);
  if (chat.kind === 'dm' && person?.dmsClosed) throw refuse.closedToDirect();
  const { enforceNonce, ...composed } = compose(call, chat.id);
  const { nonce } = composed;
  const before = enforceNonce && nonce !== null ? call.store.withNonce(chat.id, nonce) : undefined;
  const message = before ?? call.store.create(byBot(call, chat.id, composed));
  // Here and in the live event the nonce is told; the history leaves it out.
  return { ...shown(call, message), ...(nonce === null ? {} : { nonce }) };
}

export function byBot({ store }: RouteCall, chat: string, composed: Omit<Composed, 'enforceNonce'>) {
  return { ...composed, chat, user: store.description.bot.id, by: 'bot' as const };
}

function edit(call: RouteCall): object {
  const message = messageOf(call);
  if (message.user !== call.store.description.bot.id) throw refuse.notYours();
  return editMessage(call, message);
}

export function editMessage(call: RouteCall, message: DiscordRecord): object {
  const { content, embeds, files, pings } = compose(
    { ...call, json: { content: message.content, ...call.json } },
    message.chat,
  );
  const kept = Array.isArray(call.json.attachments) ? [] : message.files;
  call.store.edit(message, { content, embeds, pings, files: [...kept, ...files] });
  return shown(call, message);
}

function remove(call: RouteCall): null {
  call.store.remove(messageOf(call));
  return null;
}

function removeAll(call: RouteCall): null {
  const { id } = chatOf(call);
  const wanted = new Set(Array.isArray(call.json.messages) ? call.json.messages : []);
  call.store.removeAll(
    id,
    call.store.standing(id).filter((one) => wanted.has(one.id)),
  );
  return null;
}

function typing(call: RouteCall): null {
  call.store.typings.push({ at: call.store.now(), chat: chatOf(call).id });
  return null;
}

function react(call: RouteCall, added: boolean): null {
  const emoji = call.ids[2] ?? '';
  call.store.react(messageOf(call), emoji, call.store.description.bot.id, added);
  return null;
}

export function shown({ store, shapes }: RouteCall, message: DiscordRecord): object {
  const chat = store.chats.get(message.chat);
  const intents = store.description.privilegedIntents;
  const seeing = chat && { chat, intents, shapes, description: store.description };
  return shapes.message(message, seeing === undefined || isReadable(message, seeing));
}
