/** conversations.* and users.* */
import { historyScope } from './events.ts';
import { historyPage, type Page, repliesPage, type Window } from './history.ts';
import { type Call, chatOf, type Method, SlackError } from './method.ts';
import type { SlackChat } from './record.ts';

const READS_CHATS = ['channels:read', 'groups:read', 'im:read'];
const LIST_SCOPES: Readonly<Record<string, string>> = {
  ...{ public_channel: 'channels:read', private_channel: 'groups:read', im: 'im:read', mpim: 'mpim:read' },
};
const READS_HISTORY = ['channels:history', 'groups:history', 'im:history'];
/** Slack's reference: defaults of `limit`, and what it allows. */
const HISTORY_LIMIT = 100;
const REPLIES_LIMIT = 1000;
const MOST = 999;

export const READ_METHODS: Readonly<Record<string, Method>> = {
  'conversations.history': { kind: 'bot', scopes: READS_HISTORY, run: history },
  'conversations.replies': { kind: 'bot', scopes: READS_HISTORY, run: replies },
  'conversations.info': { kind: 'bot', scopes: READS_CHATS, run: info },
  'conversations.list': { kind: 'bot', scopes: READS_CHATS, run: list },
  'conversations.open': { kind: 'bot', scopes: ['im:write'], run: open },
  'users.conversations': { kind: 'bot', scopes: [], run: ours },
  'users.info': { kind: 'bot', scopes: ['users:read'], run: user },
  'users.list': { kind: 'bot', scopes: ['users:read'], run: users },
};

function history(call: Call): object {
  const chat = readableChat(call);
  const page = historyPage(call.store.standing(chat.id), windowOf(call, HISTORY_LIMIT));
  return { ...pageShape(call, chat, page), pin_count: 0 };
}

function replies(call: Call): object {
  const chat = readableChat(call);
  const start = call.store.find(chat.id, call.args.text('ts'));
  if (start === undefined) throw new SlackError('thread_not_found');
  const page = repliesPage(call.store.standing(chat.id), start, windowOf(call, REPLIES_LIMIT));
  return pageShape(call, chat, page);
}

function info(call: Call): object {
  return { channel: call.shapes.chat(chatOf(call)) };
}

function list(call: Call): object {
  return chatsPage(call, () => true);
}

/** The chats the bot is in. */
function ours(call: Call): object {
  const { userId } = call.store.description.bot;
  return chatsPage(call, ({ members }) => members.has(userId));
}

/** @throws SlackError missing_scope: each type of chat asked for has its own scope */
function chatsPage({ store, shapes, args, token }: Call, isWanted: (chat: SlackChat) => boolean): object {
  const types = args.text('types', 'public_channel').split(',');
  const needed = types
    .map((type) => LIST_SCOPES[type] ?? 'unknown')
    .filter((scope) => !token.scopes.includes(scope));
  if (needed.length > 0) {
    throw new SlackError('missing_scope', { needed: needed.join(','), provided: token.scopes.join(',') });
  }
  const all = [...store.chats.values()]
    .filter((chat) => types.includes(typeOf(chat)) && isWanted(chat))
    .filter(({ isArchived }) => !(isArchived && args.flag('exclude_archived')))
    .map(shapes.chat);
  const from = Number(args.text('cursor') || '0');
  const to = from + args.number('limit', HISTORY_LIMIT);
  const next = to < all.length ? String(to) : '';
  return { channels: all.slice(from, to), response_metadata: { next_cursor: next } };
}

function typeOf({ kind, isPrivate }: SlackChat): string {
  if (kind === 'im') return 'im';
  return isPrivate ? 'private_channel' : 'public_channel';
}

function open(call: Call): object {
  const { store, shapes, args } = call;
  const person = args.text('users') || [...(store.chats.get(args.text('channel'))?.members ?? [])][0] || '';
  if (!store.description.users.some(({ id }) => id === person)) throw new SlackError('user_not_found');
  const chat = store.directChat(person);
  return { channel: args.flag('return_im') ? shapes.chat(chat) : { id: chat.id } };
}

function user({ shapes, args }: Call): object {
  const shape = shapes.user(args.text('user'));
  if (shape === null) throw new SlackError('user_not_found');
  return { user: shape };
}

function users({ store: { description }, shapes }: Call): object {
  const ids = [description.bot.userId, ...description.users.map(({ id }) => id)];
  return { members: ids.map((id) => shapes.user(id)), response_metadata: { next_cursor: '' } };
}

/** @throws SlackError missing_scope for a kind of chat the token may not read, not_in_channel */
function readableChat(call: Call): SlackChat {
  const chat = chatOf(call);
  const needed = historyScope(chat);
  if (!call.token.scopes.includes(needed)) {
    throw new SlackError('missing_scope', { needed, provided: call.token.scopes.join(',') });
  }
  if (!chat.members.has(call.store.description.bot.userId)) throw new SlackError('not_in_channel');
  return chat;
}

function windowOf({ args }: Call, limit: number): Window {
  return {
    ...{ oldest: args.text('oldest', '0'), latest: args.text('latest'), cursor: args.text('cursor') },
    inclusive: args.flag('inclusive'),
    limit: Math.min(Math.max(1, args.number('limit', limit)), MOST),
  };
}

function pageShape({ store, shapes, args }: Call, chat: SlackChat, page: Page): object {
  const standing = store.standing(chat.id);
  const messages = page.messages.map((message) =>
    shapes.message(
      message,
      standing.filter(({ thread }) => thread === message.ts),
      args.flag('include_all_metadata'),
    ),
  );
  return {
    ...{ messages, has_more: page.hasMore },
    ...(page.hasMore ? { response_metadata: { next_cursor: page.nextCursor } } : {}),
  };
}
