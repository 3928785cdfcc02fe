import { beforeEach, describe, expect, it } from 'vitest';
import { FeedWorld, forbidden, idOf, message, offline, START_MS } from '../../../tests/fakes/feed-world.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { snowflakeAt } from './snowflake.ts';

let world: FeedWorld;
beforeEach(() => {
  world = new FeedWorld();
});

describe('a chat that missed messages', () => {
  beforeEach(() => {
    world.newest = idOf(0);
    world.history = [1, 2, 3, 4, 5].map((n) => message(n));
    world.feed.interrupted();
  });

  it('is read from its history before any live message of it is stored', async () => {
    world.live(6);
    await settle();
    expect(world.stored).toEqual([]);
    world.feed.connected();
    world.live(7);
    await settle();
    expect(world.stored).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(world.feed.behindCount).toBe(0);
    world.live(8);
    await settle();
    expect(world.stored.at(-1)).toBe('8');
  });

  it('gets the live messages that come while its last page is under way, in their place', async () => {
    world.answers = [() => undefined, () => world.live(6)];
    await world.connect();
    expect(world.stored).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('is looked at a little before the newest stored one, since events may come out of order', async () => {
    await world.connect();
    expect(world.reads[0]).toBe(snowflakeAt(START_MS - 60_000));
  });

  it('keeps live messages back while history cannot be read, and goes on from the last page', async () => {
    world.answers = [() => undefined, offline];
    world.feed.connected();
    world.live(6);
    await settle();
    expect(world.stored).toEqual(['1', '2', '3']);
    await world.pass(1000);
    expect(world.stored).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(world.reads).toEqual([snowflakeAt(START_MS - 60_000), idOf(3), idOf(3), idOf(6)]);
  });

  it('waits as long as a rate limit says', async () => {
    world.answers = [Object.assign(new Error('limited'), { retryAfter: 7000 })];
    await world.connect();
    await world.pass(6999);
    expect(world.reads).toHaveLength(1);
    await world.pass(1);
    expect(world.stored).toHaveLength(5);
  });

  it('goes on with live messages when its history is closed to us', async () => {
    world.answers = [forbidden];
    world.feed.connected();
    world.live(6);
    await settle();
    expect([world.stored, world.warnings.length, world.feed.behindCount]).toEqual([['6'], 1, 0]);
  });

  it('is read again when the connection broke while it was being read', async () => {
    world.answers = [
      () => undefined,
      () => {
        world.feed.interrupted();
        world.history.push(message(6));
      },
    ];
    await world.connect();
    expect(world.feed.behindCount).toBe(1);
    await world.connect();
    expect(world.stored).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(world.feed.behindCount).toBe(0);
  });

  it('stores nothing more after the feed was stopped', async () => {
    world.answers = [() => void world.feed.stop()];
    world.feed.connected();
    world.live(6);
    await settle();
    expect(world.stored).toEqual(['1', '2', '3']);
  });
});

it('a live message that could not be stored is taken from the history, before those that followed', async () => {
  world.storeError = new Error('disk full');
  world.live(1);
  await settle();
  world.storeError = null;
  world.live(2);
  await settle();
  expect(world.stored).toEqual([]);
  await world.pass(1000);
  expect(world.stored).toEqual(['1', '2']);
});

describe('where looking begins', () => {
  it('is when the chat was registered while nothing of it is stored', async () => {
    world.addedAt = START_MS - 500_000;
    world.feed.interrupted();
    world.history = [message(-100), message(-40), message(1)];
    await world.connect();
    expect(world.stored).toEqual(['-40', '1']);
  });

  it('is never before the chat was registered', async () => {
    [world.newest, world.addedAt] = [idOf(0), START_MS - 5000];
    world.feed.interrupted();
    await world.connect();
    expect(world.reads).toEqual([snowflakeAt(START_MS - 5000)]);
  });
});
