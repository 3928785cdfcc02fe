/** Which parts of a reply are in its chat already: looked for by the reply's key, wherever it can have been sent. */
import type { Outgoing } from '../channel.ts';
import { replyKeyOf, type SlackApi } from './api.ts';
import { readAll } from './history.ts';
import { earlier, isTs, microsOf, tsOfMs } from './time.ts';
import { bringsFile } from './upload.ts';

/** Ids of the parts that Slack has, by their number; the file's number comes after those of all texts. */
export type Parts = Map<number, string>;

/** Slack's advice for pages of history. */
const PAGE = 200;
/** How far Slack's clock and ours may be apart, milliseconds. */
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * Slack's own times need no clock: nothing of the reply is older than the first question it answers.
 * @param firstTryAt wall clock, milliseconds, for a reply that answers nobody
 * @param texts how many texts it has
 * @throws SlackCallError
 */
export async function findParts(
  api: SlackApi,
  { jid, thread, key, answers }: Outgoing,
  firstTryAt: number,
  texts: number,
): Promise<Parts> {
  const oldest = answers.find(isTs) ?? earlier(tsOfMs(firstTryAt), CLOCK_SKEW_MS);
  const window = { channel: jid, oldest, limit: PAGE };
  const read = (cursor: string) =>
    thread === null ? api.history({ ...window, cursor }) : api.replies({ ...window, cursor }, thread);
  const parts: Parts = new Map();
  for await (const message of readAll(read)) {
    const { ts = '' } = message as { ts?: string };
    const found = replyKeyOf(message);
    if (found?.key === key) parts.set(found.part, ts);
    // A file brings the last text along, unless that was there before it.
    if (bringsFile(message, key)) for (const part of [texts, Math.max(0, texts - 1)]) parts.set(part, ts);
  }
  return new Map([...parts].sort(([, a], [, b]) => microsOf(a) - microsOf(b)));
}
