import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import type { Group } from '../../store/groups.ts';
import type { InboundMessage } from '../../store/journal.ts';
import type { MessageChange, Receipt } from '../channel.ts';
import { Feed, type Page } from './feed.ts';
import { readRefusal } from './outcome.ts';
import type { Item } from './recorder.ts';
import { compareIds, snowflakeAt } from './snowflake.ts';

const JID = 'dc:5';
/** Ids are 10 s apart from here on. */
const START_MS = 1_700_000_000_000;
const id = (n: number) => snowflakeAt(START_MS + n * 10_000);
const message = (n: number, jid = JID) => ({ jid, id: id(n), text: `${n}` }) as InboundMessage;
const edit = (n: number): MessageChange => ({ jid: JID, id: id(n), kind: 'deleted' });
const offline = new Error('connect ECONNREFUSED');
const forbidden = Object.assign(new Error('Missing Access'), { status: 403, code: 50_001 });

let clock: FakeClock;
let feed: Feed;
/** What people wrote, in order. */
let history: InboundMessage[];
/** Texts as first stored, in order. */
let stored: string[];
/** Changes as told to the store, with how many messages it had. */
let changed: [string, number][];
let addedAt: number;
let newest: string | null;
let reads: string[];
/** Questions on record without an answer, and those that were looked for in the history. */
let questions: { id: string; thread: null }[];
let looked: (readonly string[])[];
let warnings: string[];
let storeError: Error | null;
/** What becomes of the next reads; a function runs while it is under way. */
let answers: (Error | (() => void))[];

async function inbound({ id, text }: InboundMessage) {
  await Promise.resolve();
  if (storeError) throw storeError;
  if (stored.includes(text)) return { kind: 'duplicate' as const };
  stored.push(text);
  newest = id;
  return { kind: 'stored' as const, asks: true, isCommand: false };
}

async function change(one: MessageChange) {
  await Promise.resolve();
  if (storeError) throw storeError;
  changed.push([one.id, stored.length]);
}

async function read(jid: string, after: string): Promise<Page> {
  reads.push(after);
  const found = history.filter((one) => one.jid === jid && compareIds(one.id, after) > 0).slice(0, 3);
  const answer = answers.shift();
  if (answer instanceof Error) throw answer;
  answer?.();
  await Promise.resolve();
  const items = found.map((message): Item => ({ kind: 'message', message }));
  return { items, next: found.length < 3 ? null : (found.at(-1)?.id ?? null) };
}

async function gone(_jid: string, ids: readonly string[]) {
  looked.push(ids);
  const answer = answers.shift();
  if (answer instanceof Error) throw answer;
  return ids.filter((one) => !history.some((message) => message.id === one));
}

function live(n: number): void {
  history.push(message(n));
  feed.take({ kind: 'message', message: message(n) });
}
const liveChange = (one: MessageChange) => feed.take({ kind: 'change', change: one });

beforeEach(() => {
  clock = new FakeClock();
  [history, stored, newest, reads, warnings, storeError, answers] = [[], [], null, [], [], null, []];
  [questions, looked] = [[], []];
  [changed, addedAt] = [[], START_MS - 3_600_000];
  const registered = () => [{ jid: JID, addedAt } as Group];
  const host = { inbound, changed: change, registered, newestId: () => newest, unanswered: () => questions };
  const warn = (_jid: string, text: string) => void warnings.push(text);
  feed = new Feed({ host, read, gone, judge: readRefusal, clock, warn });
});

describe('a question on record', () => {
  const ask = (...ids: string[]) => {
    questions = ids.map((one) => ({ id: one, thread: null }));
  };
  beforeEach(() => {
    newest = id(2);
    history = [2, 3].map((n) => message(n));
    ask(id(2), `${id(1)}-ask`, id(1));
    feed.interrupted();
  });

  it('that its history does not show any more is withdrawn before anything newer is stored', async () => {
    feed.connected();
    await settle();
    expect([looked, changed]).toEqual([[[id(1), id(2)]], [[id(1), 0]]]);
  });

  it('is looked for again after each loss of the connection', async () => {
    feed.connected();
    await settle();
    feed.interrupted();
    feed.connected();
    await settle();
    expect(looked).toHaveLength(2);
  });

  it('stays while its history cannot be read, and is looked for again later', async () => {
    answers = [offline];
    feed.connected();
    await settle();
    expect([looked.length, changed, stored]).toEqual([1, [], []]);
    clock.advance(1000);
    await settle();
    expect([looked.length, changed]).toEqual([2, [[id(1), 0]]]);
  });

  it('stays where the history may not be read', async () => {
    answers = [forbidden];
    feed.connected();
    await settle();
    expect([changed, feed.behindCount]).toEqual([[], 0]);
  });
});

describe('a chat that missed messages', () => {
  beforeEach(() => {
    newest = id(0);
    history = [1, 2, 3, 4, 5].map((n) => message(n));
    feed.interrupted();
  });

  it('is read from its history before any live message of it is stored', async () => {
    live(6);
    await settle();
    expect(stored).toEqual([]);
    feed.connected();
    live(7);
    await settle();
    expect(stored).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(feed.behindCount).toBe(0);
    live(8);
    await settle();
    expect(stored.at(-1)).toBe('8');
  });

  it('gets the live messages that come while its last page is under way, in their place', async () => {
    answers = [() => undefined, () => live(6)];
    feed.connected();
    await settle();
    expect(stored).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('is looked at a little before the newest stored one, since events may come out of order', async () => {
    feed.connected();
    await settle();
    expect(reads[0]).toBe(snowflakeAt(START_MS - 60_000));
  });

  it('keeps live messages back while history cannot be read, and goes on from the last page', async () => {
    answers = [() => undefined, offline];
    feed.connected();
    live(6);
    await settle();
    expect(stored).toEqual(['1', '2', '3']);
    clock.advance(1000);
    await settle();
    expect(stored).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(reads).toEqual([snowflakeAt(START_MS - 60_000), id(3), id(3), id(6)]);
  });

  it('waits as long as a rate limit says', async () => {
    answers = [Object.assign(new Error('limited'), { retryAfter: 7000 })];
    feed.connected();
    await settle();
    clock.advance(6999);
    await settle();
    expect(reads).toHaveLength(1);
    clock.advance(1);
    await settle();
    expect(stored).toHaveLength(5);
  });

  it('goes on with live messages when its history is closed to us', async () => {
    answers = [forbidden];
    feed.connected();
    live(6);
    await settle();
    expect([stored, warnings.length, feed.behindCount]).toEqual([['6'], 1, 0]);
  });

  it('is read again when the connection broke while it was being read', async () => {
    answers = [
      () => undefined,
      () => {
        feed.interrupted();
        history.push(message(6));
      },
    ];
    feed.connected();
    await settle();
    expect(feed.behindCount).toBe(1);
    feed.connected();
    await settle();
    expect(stored).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(feed.behindCount).toBe(0);
  });

  it('stores nothing more after the feed was stopped', async () => {
    answers = [() => void feed.stop()];
    feed.connected();
    live(6);
    await settle();
    expect(stored).toEqual(['1', '2', '3']);
  });
});

it('a live message that could not be stored is taken from the history, before those that followed', async () => {
  storeError = new Error('disk full');
  live(1);
  await settle();
  storeError = null;
  live(2);
  await settle();
  expect(stored).toEqual([]);
  clock.advance(1000);
  await settle();
  expect(stored).toEqual(['1', '2']);
});

describe('where looking begins', () => {
  it('is when the chat was registered while nothing of it is stored', async () => {
    addedAt = START_MS - 500_000;
    feed.interrupted();
    history = [message(-100), message(-40), message(1)];
    feed.connected();
    await settle();
    expect(stored).toEqual(['-40', '1']);
  });

  it('is never before the chat was registered', async () => {
    [newest, addedAt] = [id(0), START_MS - 5000];
    feed.interrupted();
    feed.connected();
    await settle();
    expect(reads).toEqual([snowflakeAt(START_MS - 5000)]);
  });
});

describe('a change', () => {
  it('waits while the chat is behind, and comes after the history', async () => {
    newest = id(0);
    history = [1, 2, 3].map((n) => message(n));
    feed.interrupted();
    liveChange(edit(2));
    feed.connected();
    await settle();
    expect(changed).toEqual([[id(2), 3]]);
  });

  it('that could not be stored is told again later', async () => {
    live(1);
    await settle();
    storeError = new Error('disk full');
    liveChange(edit(1));
    await settle();
    storeError = null;
    clock.advance(1000);
    await settle();
    expect([changed.at(-1), stored, feed.behindCount]).toEqual([[id(1), 1], ['1'], 0]);
  });
});

describe('a question that is in no history', () => {
  const ask = (n: number) =>
    new Promise<Receipt>((done) => feed.take({ kind: 'message', message: message(n), stored: done }));

  it('waits for what was missed', async () => {
    newest = id(0);
    feed.interrupted();
    const asked = ask(1);
    history = [message(-1)];
    feed.connected();
    expect(await asked).toMatchObject({ kind: 'stored' });
    expect(stored).toEqual(['-1', '1']);
  });

  it('that could not be stored at first is stored later', async () => {
    storeError = new Error('disk full');
    const asked = ask(1);
    await settle();
    storeError = null;
    clock.advance(1000);
    expect(await asked).toMatchObject({ kind: 'stored' });
  });
});
