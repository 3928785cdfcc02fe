/** The chats that could be registered: those we have heard from, and those the platforms name. */
import type { ChatRecord } from '../../contracts/groups.ts';
import type { AvailableChat, Channel } from '../channels/channel.ts';
import type { Store } from '../store/store.ts';
import type { GroupDirectory } from './directory.ts';

/** A platform may take this long to say which chats there are, milliseconds. */
const AVAILABLE_LIMIT_MS = 10_000;

export type ChatSources = {
  directory: GroupDirectory;
  store: Store;
  channels: readonly Pick<Channel, 'available'>[];
};

/** With the group each belongs to. Never rejects for a platform's sake. */
export async function listChats({ directory, store, channels }: ChatSources): Promise<ChatRecord[]> {
  const signal = AbortSignal.timeout(AVAILABLE_LIMIT_MS);
  const named = (await Promise.all(channels.map((channel) => askFor(channel, signal)))).flat();
  const chats = new Map([...store.journal.chats(), ...named].map((chat) => [chat.jid, chat]));
  return [...chats.values()].map((chat) => ({ ...chat, folder: directory.find(chat.jid)?.folder ?? null }));
}

/** A platform that does not answer hides no other's chats. */
async function askFor(
  channel: ChatSources['channels'][number],
  signal: AbortSignal,
): Promise<AvailableChat[]> {
  const late = new Promise<AvailableChat[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });
  return Promise.race([channel.available(signal), late]).catch(() => []);
}
