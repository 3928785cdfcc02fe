/** The chats we are in, kind by kind: for each kind Slack wants a scope of its own, and gives nothing for want of one. */
import type { Logger } from 'pino';
import type { AvailableChat } from '../channel.ts';
import type { ChatType, KnownChat, SlackApi } from './api.ts';
import { isRefusal } from './failure.ts';
import type { Names } from './names.ts';

const TYPES: readonly ChatType[] = ['public_channel', 'private_channel', 'mpim', 'im'];

/** Never rejects: what Slack does not say is left out. */
export async function listChats(
  { api, names, log }: { api: SlackApi; names: Names; log: Logger },
  signal: AbortSignal,
): Promise<AvailableChat[]> {
  const found: AvailableChat[] = [];
  for (const type of TYPES) {
    try {
      for await (const chat of chatsOf(api, type, signal)) found.push(await named(chat, names));
    } catch (err) {
      if (!isRefusal(err, 'missing_scope'))
        log.warn({ err, type }, 'Slack does not say which chats we are in');
    }
  }
  return found;
}

async function* chatsOf(api: SlackApi, type: ChatType, signal: AbortSignal): AsyncGenerator<KnownChat> {
  let cursor = '';
  do {
    if (signal.aborted) return;
    const { chats, next } = await api.chats(type, cursor);
    yield* chats;
    cursor = next;
  } while (cursor !== '');
}

/** A direct chat is called like the person in it. */
async function named({ id, name, user }: KnownChat, names: Names): Promise<AvailableChat> {
  const called = name ?? (user === null ? id : await names.user(user));
  return { jid: id, name: called, isGroup: user === null };
}
