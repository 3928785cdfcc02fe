/** Which messages `conversations.history` and `conversations.replies` answer with, page by page. Pure. */
import type { SlackRecord } from './record.ts';
import { microsOf } from './timestamps.ts';

export type Window = {
  oldest: string;
  /** Empty: no end. */
  latest: string;
  inclusive: boolean;
  limit: number;
  cursor: string;
};

export type Page = { messages: SlackRecord[]; hasMore: boolean; nextCursor: string };

/** Newest first; replies are left out unless they were shown in the channel as well. */
export function historyPage(standing: readonly SlackRecord[], window: Window): Page {
  const top = standing.filter(({ thread, broadcast }) => thread === null || broadcast);
  const within = top.filter(({ ts }) => isWithin(ts, window)).sort((a, b) => microsOf(b.ts) - microsOf(a.ts));
  const before = cursorPosition(window.cursor);
  return cut(
    within.filter(({ ts }) => microsOf(ts) <= (before ?? Number.POSITIVE_INFINITY)),
    window.limit,
  );
}

/** Oldest first; the message that started the thread always leads the first page. */
export function repliesPage(standing: readonly SlackRecord[], start: SlackRecord, window: Window): Page {
  const replies = standing
    .filter(({ thread, ts }) => thread === start.ts && isWithin(ts, window))
    .sort((a, b) => microsOf(a.ts) - microsOf(b.ts));
  const from = cursorPosition(window.cursor);
  if (from === null) return cut([start, ...replies], window.limit);
  const rest = cut(
    replies.filter(({ ts }) => microsOf(ts) >= from),
    window.limit,
  );
  return { ...rest, messages: [start, ...rest.messages] };
}

function isWithin(ts: string, { oldest, latest, inclusive }: Window): boolean {
  const [at, from] = [microsOf(ts), microsOf(oldest)];
  const to = latest === '' ? Number.POSITIVE_INFINITY : microsOf(latest);
  return inclusive ? at >= from && at <= to : at > from && at < to;
}

function cut(all: SlackRecord[], limit: number): Page {
  const next = all[limit];
  const nextCursor = next === undefined ? '' : btoa(`next_ts:${microsOf(next.ts)}`);
  return { messages: all.slice(0, limit), hasMore: next !== undefined, nextCursor };
}

/** Microseconds of the first message of the page asked for; null on the first page. */
function cursorPosition(cursor: string): number | null {
  if (cursor === '') return null;
  return Number(/^next_ts:(\d+)$/.exec(atob(cursor))?.[1] ?? Number.NaN);
}
