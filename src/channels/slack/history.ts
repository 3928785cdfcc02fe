/** Reads what was written, edited or deleted in a chat since some message, threads included. */
import type { Question } from '../../store/questions.ts';
import type { Page, SlackApi } from './api.ts';
import type { SlackChange } from './change.ts';
import { isRefusal } from './failure.ts';
import { isEdited, messageOfHistory, type SlackMessage } from './message.ts';
import { earlier, isAfter, isTs, later, microsOf, OVERLAP_MS, tsOfMs } from './time.ts';

/** The most that Slack gives in one page. */
const PAGE = 999;

/** Of the threads that began earlier, so many of the liveliest are read: each takes a call, and the chat waits. */
const MOST_OLD_THREADS = 10;

/** Of the questions that wait in threads, so many of the oldest are looked for: each thread takes a call as well. */
const MOST_QUESTIONS_IN_THREADS = 10;

/** History shows threads by their first message alone; that of a thread begun this long before is read, milliseconds. */
const OLDEST_THREAD_MS = 7 * 24 * 60 * 60_000;

/** What is left of a deleted message that has replies. */
const TOMBSTONE = 'tombstone';

/** The calls that reading takes. */
export type Reading = Pick<SlackApi, 'history' | 'replies'>;

export type Search = {
  jid: string;
  /** Id of the newest message that is on record. */
  since: string;
  /** What is older than this is none of ours, wall clock, milliseconds. */
  notBefore: number;
  /** Threads that may go on though they began too long ago to be found in the history. */
  oldThreads: readonly string[];
  /** Questions that nobody should answer any more if they are gone. */
  questions: readonly Question[];
};

/** A message that is to be on record, or what became of an older one. */
export type Missed = { kind: 'written'; message: SlackMessage } | SlackChange;

type Raw = { ts?: string; latest_reply?: string; subtype?: string };
type Take = (raw: Raw) => void;

/**
 * @returns oldest first; some of them may be on record already
 * @throws SlackCallError
 */
export async function readMissed(api: Reading, search: Search): Promise<Missed[]> {
  const { jid } = search;
  // A little is read twice, and falls out by its id.
  const from = later(earlier(search.since, OVERLAP_MS), tsOfMs(search.notBefore));
  const begin = earlier(from, OLDEST_THREAD_MS);
  const questions = questionsToSee(search.questions, begin);
  const found = new Map<string, Missed>();
  const gone = new Set(questions.map(({ id }) => id));
  const take: Take = (raw) => {
    if (raw.ts !== undefined && raw.subtype !== TOMBSTONE) gone.delete(raw.ts);
    const missed = missedOf(raw, jid, from);
    if (missed) found.set(tsOf(missed), missed);
  };
  const threads = await readChat(api, { channel: jid, oldest: begin, limit: PAGE }, from, take);
  const older = search.oldThreads.filter((thread) => !isAfter(thread, begin)).slice(0, MOST_OLD_THREADS);
  for (const window of windowsOf([...threads, ...older], questions, from))
    await readThread(api, { jid, ...window }, take);
  for (const ts of gone) found.set(ts, { kind: 'deleted', jid, ts });
  return [...found.values()].sort((a, b) => microsOf(tsOf(a)) - microsOf(tsOf(b)));
}

/** Those that can be seen at a fair price: in the history that is read anyway, and in a few threads. */
function questionsToSee(questions: readonly Question[], begin: string): Question[] {
  const known = questions.filter(({ id }) => isTs(id));
  const starts = known.filter((one) => !isReply(one) && isAfter(one.id, begin));
  return [...starts, ...known.filter(isReply).slice(0, MOST_QUESTIONS_IN_THREADS)];
}

type ThreadWindow = { thread: string; from: string };

/** Each thread once; one with a question from that question on, so that it is seen if it is still there. */
function windowsOf(threads: readonly string[], questions: readonly Question[], from: string): ThreadWindow[] {
  const windows = new Map(threads.map((thread) => [thread, from]));
  for (const { id, thread } of questions.filter(isReply)) {
    const known = windows.get(thread) ?? from;
    windows.set(thread, isAfter(id, known) ? known : earlier(id, 1));
  }
  return [...windows].map(([thread, oldest]) => ({ thread, from: oldest }));
}

/** The message that starts a thread is found in its chat, a reply in its thread alone. */
function isReply(question: Question): question is Question & { thread: string } {
  return question.thread !== null && question.thread !== question.id;
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

function missedOf(raw: object, jid: string, from: string): Missed | null {
  const message = messageOfHistory(raw, jid);
  if (message === null) return null;
  if (isAfter(message.ts, from)) return { kind: 'written', message };
  if (!isEdited(message) || !isAfter(tsOfMs(message.editedAt), from)) return null;
  return { kind: 'edited', jid, ts: message.ts, message };
}

function tsOf(missed: Missed): string {
  return missed.kind === 'written' ? missed.message.ts : missed.ts;
}

/** @returns the threads with something new in them */
async function readChat(
  api: Reading,
  window: { channel: string; oldest: string; limit: number },
  from: string,
  take: Take,
): Promise<string[]> {
  const threads: string[] = [];
  for await (const raw of readAll((cursor) => api.history({ ...window, cursor }))) {
    take(raw);
    const { ts, latest_reply }: Raw = raw;
    if (ts && latest_reply && isAfter(latest_reply, from)) threads.push(ts);
  }
  return threads;
}

async function readThread(
  api: Reading,
  { jid, thread, from }: { jid: string; thread: string; from: string },
  take: Take,
): Promise<void> {
  const window = { channel: jid, oldest: from, limit: PAGE };
  try {
    for await (const raw of readAll((cursor) => api.replies({ ...window, cursor }, thread))) take(raw);
  } catch (error) {
    // Deleted in between: then so are its replies.
    if (!isRefusal(error, 'thread_not_found')) throw error;
  }
}
