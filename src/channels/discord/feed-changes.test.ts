/** What the feed does with changes, and with questions that are on record, or in no history. */
import { beforeEach, describe, expect, it } from 'vitest';
import { deletion, FeedWorld, forbidden, idOf, message, offline } from '../../../tests/fakes/feed-world.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import type { Receipt } from '../channel.ts';

let world: FeedWorld;
beforeEach(() => {
  world = new FeedWorld();
});

describe('a question on record', () => {
  const ask = (...ids: string[]) => {
    world.questions = ids.map((one) => ({ id: one, thread: null }));
  };
  beforeEach(() => {
    world.newest = idOf(2);
    world.history = [2, 3].map((n) => message(n));
    ask(idOf(2), `${idOf(1)}-ask`, idOf(1));
    world.feed.interrupted();
  });

  it('that its history does not show any more is withdrawn before anything newer is stored', async () => {
    await world.connect();
    expect([world.looked, world.changed]).toEqual([[[idOf(1), idOf(2)]], [[idOf(1), 0]]]);
  });

  it('is looked for again after each loss of the connection', async () => {
    await world.connect();
    world.feed.interrupted();
    await world.connect();
    expect(world.looked).toHaveLength(2);
  });

  it('stays while its history cannot be read, and is looked for again later', async () => {
    world.answers = [offline];
    await world.connect();
    expect([world.looked.length, world.changed, world.stored]).toEqual([1, [], []]);
    await world.pass(1000);
    expect([world.looked.length, world.changed]).toEqual([2, [[idOf(1), 0]]]);
  });

  it('stays where the history may not be read', async () => {
    world.answers = [forbidden];
    await world.connect();
    expect([world.changed, world.feed.behindCount]).toEqual([[], 0]);
  });
});

describe('a change', () => {
  it('waits while the chat is behind, and comes after the history', async () => {
    world.newest = idOf(0);
    world.history = [1, 2, 3].map((n) => message(n));
    world.feed.interrupted();
    world.liveChange(deletion(2));
    await world.connect();
    expect(world.changed).toEqual([[idOf(2), 3]]);
  });

  it('that could not be stored is told again later', async () => {
    world.live(1);
    await settle();
    world.storeError = new Error('disk full');
    world.liveChange(deletion(1));
    await settle();
    world.storeError = null;
    await world.pass(1000);
    expect([world.changed.at(-1), world.stored, world.feed.behindCount]).toEqual([[idOf(1), 1], ['1'], 0]);
  });
});

describe('a question that is in no history', () => {
  const ask = (n: number) =>
    new Promise<Receipt>((done) => world.feed.take({ kind: 'message', message: message(n), stored: done }));

  it('waits for what was missed', async () => {
    world.newest = idOf(0);
    world.feed.interrupted();
    const asked = ask(1);
    world.history = [message(-1)];
    world.feed.connected();
    expect(await asked).toMatchObject({ kind: 'stored' });
    expect(world.stored).toEqual(['-1', '1']);
  });

  it('that could not be stored at first is stored later', async () => {
    world.storeError = new Error('disk full');
    const asked = ask(1);
    await settle();
    world.storeError = null;
    world.clock.advance(1000);
    expect(await asked).toMatchObject({ kind: 'stored' });
  });
});
