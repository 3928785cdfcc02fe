import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../fakes/clock.ts';
import { EventFaults } from '../shared/event-fault.ts';
import { RequestFaults } from '../shared/request-fault.ts';
import { Watch } from '../shared/watch.ts';
import { describeSlack } from './description.ts';
import { eventsOf } from './events.ts';
import { SLACK_FAULT_EXAMPLES, slackFaultSchema } from './fault.ts';
import { historyPage, repliesPage, type Window } from './history.ts';
import type { SlackRecord } from './record.ts';
import { shapesOf } from './shapes.ts';
import { SlackStore } from './store.ts';

const GENERAL = 'C00GENERAL';
const MINJI = 'U0000MINJI';
const ALL: Window = { oldest: '0', latest: '', inclusive: false, limit: 100, cursor: '' };

function storeWith(...texts: string[]) {
  const clock = new FakeClock();
  const store = new SlackStore(describeSlack(), clock.now, () => undefined);
  const write = (text: string, thread: string | null = null) =>
    store.post({ chat: GENERAL, user: MINJI, by: 'person', text, thread });
  return { clock, store, write, written: texts.map((text) => write(text)) };
}

const texts = ({ messages }: { messages: SlackRecord[] }) => messages.map(({ text }) => text);

describe('history', () => {
  it('is newest first, page by page, without replies', () => {
    const { store, write, written } = storeWith('a', 'b', 'c');
    write('reply', written[0]?.ts);
    const first = historyPage(store.standing(GENERAL), { ...ALL, limit: 2 });
    expect([texts(first), first.hasMore]).toEqual([['c', 'b'], true]);
    const second = historyPage(store.standing(GENERAL), { ...ALL, limit: 2, cursor: first.nextCursor });
    expect([texts(second), second.hasMore]).toEqual([['a'], false]);
  });

  it.each([
    [false, ['c']],
    [true, ['c', 'b']],
  ])('since a message, inclusive %s', (inclusive, expected) => {
    const { store, written } = storeWith('a', 'b', 'c');
    const window = { ...ALL, oldest: written[1]?.ts ?? '', inclusive };
    expect(texts(historyPage(store.standing(GENERAL), window))).toEqual(expected);
  });

  it('of a thread is oldest first and led by its start on every page', () => {
    const { store, write, written } = storeWith('start');
    const [start] = written;
    if (start === undefined) throw new Error('nothing written');
    for (const text of ['1', '2', '3']) write(text, start.ts);
    const first = repliesPage(store.standing(GENERAL), start, { ...ALL, limit: 2 });
    expect(texts(first)).toEqual(['start', '1']);
    const next = { ...ALL, limit: 2, cursor: first.nextCursor };
    expect(texts(repliesPage(store.standing(GENERAL), start, next))).toEqual(['start', '2', '3']);
  });
});

describe('message ids', () => {
  it('rise within a chat even when the clock stands still or goes back', () => {
    const { store } = storeWith();
    const ids = [1, 2, 3].map(() => store.timestamps.next('C1'));
    expect([...new Set(ids)].sort()).toEqual(ids);
  });

  it('are equal in two chats while frozen', () => {
    const { clock, store } = storeWith();
    store.timestamps.freeze(2);
    const first = store.timestamps.next('C1');
    clock.advance(5);
    expect(store.timestamps.next('C2')).toBe(first);
    expect(store.timestamps.next('C3')).not.toBe(first);
  });
});

describe('events', () => {
  const MENTION = '<@U00000POL0> hi';
  it.each([
    ['a message', GENERAL, 'hi', undefined, ['message']],
    ['a mention', GENERAL, MENTION, undefined, ['message', 'app_mention']],
    ['a mention in a direct chat', 'D0000MINJI', MENTION, undefined, ['message']],
    ['a mention with the mention scope alone', GENERAL, MENTION, ['app_mentions:read'], ['app_mention']],
    ['a message without scopes', GENERAL, 'hi', [], []],
  ])('of %s', (_name, chat, text, scopes, types) => {
    const { store } = storeWith();
    store.directChat(MINJI);
    const known = store.chats.get(chat);
    if (known === undefined) throw new Error('no such chat');
    const description = describeSlack();
    const telling = { chat: known, shapes: shapesOf(description, () => ''), description };
    const message = store.post({ chat, user: MINJI, by: 'person', text });
    const all = description.tokens[0]?.scopes ?? [];
    const events = eventsOf({ kind: 'posted', message }, message.ts, { ...telling, scopes: scopes ?? all });
    expect(events).toMatchObject(types.map((type) => ({ type, ts: message.ts })));
    expect(events).toHaveLength(types.length);
  });
});

describe('faults', () => {
  it('are all understood as their examples are written', () => {
    for (const example of SLACK_FAULT_EXAMPLES) slackFaultSchema.parse(example);
  });

  it('of requests hit only what they name, so often or so long', () => {
    const clock = new FakeClock();
    const faults = new RequestFaults(clock);
    faults.add({ kind: 'status', status: 500, on: 'chat.', times: 1 });
    faults.add({ kind: 'hang', taken: false, on: 'auth.', forMs: 100 });
    const kinds = ['users.list', 'chat.update', 'chat.update', 'auth.test'].map(
      (name) => faults.take(name)?.kind,
    );
    expect(kinds).toEqual([undefined, 'status', undefined, 'hang']);
    clock.advance(100);
    expect(faults.take('auth.test')).toBeNull();
  });

  it('of events delay, double, lose and turn them round', () => {
    const clock = new FakeClock();
    const faults = new EventFaults(clock);
    const sent: string[] = [];
    const send = (...names: string[]) => {
      for (const name of names) faults.pass(() => sent.push(name));
    };
    faults.add({ kind: 'event_delay', ms: 50, times: 1 });
    faults.add({ kind: 'event_duplicate', times: 1 });
    faults.add({ kind: 'event_loss', times: 1 });
    faults.add({ kind: 'event_reorder', times: 2 });
    send('late', 'twice', 'lost', 'second', 'first', 'well');
    clock.advance(50);
    expect(sent).toEqual(['twice', 'twice', 'first', 'second', 'well', 'late']);
  });

  it('that hold events back let go of them when they end', () => {
    const faults = new EventFaults(new FakeClock());
    const sent: string[] = [];
    faults.add({ kind: 'event_reorder', times: 9 });
    faults.pass(() => sent.push('held'));
    faults.clear();
    expect(sent).toEqual(['held']);
  });
});

describe('waiting', () => {
  it('ends with what was found after a change, or with an error at the deadline', async () => {
    const clock = new FakeClock();
    const watch = new Watch(clock);
    const things: string[] = [];
    const found = watch.until(() => things[0], 100);
    things.push('here');
    watch.changed();
    expect(await found).toBe('here');
    const never = watch.until(() => things[1], 100);
    clock.advance(100);
    await expect(never).rejects.toMatchObject({ code: 'NOT_IN_TIME' });
  });
});
