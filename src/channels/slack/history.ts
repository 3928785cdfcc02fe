/** Reads what was written in a chat since some message, threads included. */
import type { Page, SlackApi } from './api.ts';
import { isRefusal } from './failure.ts';
import { messageOfHistory, type SlackMessage } from './message.ts';
import { earlier, isAfter, microsOf } from './time.ts';

/** The most that Slack gives in one page. */
const PAGE = 999;

/**
 * Slack sends an event up to six minutes after its message, when others were not acknowledged or came out of order:
 * a little is read twice, and falls out by its id. Milliseconds.
 */
const OVERLAP_MS = 10 * 60_000;

/**
 * History shows threads by their first message alone. Replies that were missed are found in threads begun this long
 * before, milliseconds; a reply in an older thread is heard live only.
 */
const OLDEST_THREAD_MS = 7 * 24 * 60 * 60_000;

type Thread = { ts?: string; latest_reply?: string };

/**
 * @param since id of the newest message that is on record
 * @returns oldest first; some of them may be on record already
 * @throws SlackCallError
 */
export async function readMissed(api: SlackApi, jid: string, since: string): Promise<SlackMessage[]> {
  const from = earlier(since, OVERLAP_MS);
  const found = new Map<string, SlackMessage>();
  const threads: string[] = [];
  const take = (raw: object) => {
    const message = messageOfHistory(raw, jid);
    if (message && isAfter(message.ts, from)) found.set(message.ts, message);
  };
  const window = { channel: jid, oldest: earlier(from, OLDEST_THREAD_MS), limit: PAGE };
  for await (const raw of readAll((cursor) => api.history({ ...window, cursor }))) {
    take(raw);
    const { ts, latest_reply }: Thread = raw;
    if (ts && latest_reply && isAfter(latest_reply, from)) threads.push(ts);
  }
  for (const thread of threads) {
    const inThread = { channel: jid, oldest: from, limit: PAGE };
    try {
      for await (const raw of readAll((cursor) => api.replies({ ...inThread, cursor }, thread))) take(raw);
    } catch (error) {
      // Deleted in between: then so are its replies.
      if (!isRefusal(error, 'thread_not_found')) throw error;
    }
  }
  return [...found.values()].sort((a, b) => microsOf(a.ts) - microsOf(b.ts));
}

/** Every message of all pages, in their order. */
export async function* readAll(read: (cursor: string) => Promise<Page>): AsyncGenerator<object> {
  let cursor = '';
  do {
    const { messages, next } = await read(cursor);
    yield* messages ?? [];
    cursor = next;
  } while (cursor !== '');
}
