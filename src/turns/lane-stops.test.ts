/** How a turn ends that somebody wants ended, and what a lane that is told to stop leaves behind. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LaneWorld } from '../../tests/fakes/lane-world.ts';
import { aTurn } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';

let world: LaneWorld;
beforeEach(() => {
  world = new LaneWorld();
});

describe('a lane', () => {
  it('leaves an unfinished turn on record when it is told to stop', async () => {
    await world.startTurn('m1');
    const stopped = world.lane.stop();
    world.agent.die();
    await stopped;
    expect(world.states()).toEqual(['running']);
    expect(world.replies()).toEqual([]);
  });
});

it('does not begin a turn that waits for a slot once told to stop', async () => {
  const { slots } = world.lane.deps;
  await slots.acquire('message', new AbortController().signal);
  await world.startTurn('m1');
  void world.lane.stop();
  slots.release();
  await settle();
  expect(world.agent.orders).toHaveLength(0);
});

it('files that come slowly keep no slot from other groups', async () => {
  world.lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await world.startTurn('m1');
  await expect(world.lane.deps.slots.acquire('message', new AbortController().signal)).resolves.toBe(true);
});

it('a turn that is stopped does not wait for its files', async () => {
  world.lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await world.startTurn('m1');
  await world.askToEnd('stop');
  expect(world.states()).toEqual(['stopped']);
});

it('a lane that stops waits for no files, and leaves their turn on record', async () => {
  world.lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await world.startTurn('m1');
  await world.lane.stop();
  expect({ orders: world.agent.orders.length, states: world.states() }).toEqual({
    orders: 0,
    states: ['running'],
  });
});

describe('a turn that a person wants ended', () => {
  const interrupted = { outcome: 'interrupted' } as const;

  it('is interrupted while it runs, keeps what was sent, and the next question is answered', async () => {
    await world.startTurn('m1');
    await world.agent.say({ type: 'output', ordinal: 1, text: 'half' });
    await world.askToEnd('stop');
    expect(world.agent.interrupted).toEqual(['turn1']);
    await world.agent.end(null, interrupted);
    expect({ states: world.states(), replies: world.bodies() }).toEqual({
      states: ['stopped'],
      replies: ['half'],
    });
    await world.startTurn('m2');
    expect(world.agent.orders[1]?.session).toEqual({ id: 's1', lastAssistant: 'a1' });
  });

  it('begins anew after a reset, though its agent names the old session at its end', async () => {
    await world.startTurn('m1');
    await world.askToEnd('reset');
    await world.agent.end(null, interrupted);
    await world.startTurn('m2');
    expect(world.agent.orders[1]?.session).toBeNull();
  });

  it('ends at once while it waits for its next attempt', async () => {
    await world.startTurn('m1');
    await world.agent.fail('network');
    await settle();
    await world.askToEnd('stop');
    expect(world.states()).toEqual(['stopped']);
    expect(world.store.journal.cursor('local:main')).toBe(1);
    await world.pass(600_000);
    expect(world.agent.orders).toHaveLength(1);
  });

  it('ends at once while it waits for a slot, and gives the slot to others', async () => {
    const signal = new AbortController().signal;
    await world.lane.deps.slots.acquire('message', signal);
    await world.startTurn('m1');
    await world.askToEnd('stop');
    expect(world.states()).toEqual(['stopped']);
    world.lane.deps.slots.release();
    await expect(world.lane.deps.slots.acquire('message', signal)).resolves.toBe(true);
  });

  it('is not tried again when its agent dies over the interrupt', async () => {
    await world.startTurn('m1');
    await world.askToEnd('stop');
    world.agent.die();
    await settle();
    expect(world.states()).toEqual(['stopped']);
    expect(world.replies()).toEqual([]);
  });

  it('is not begun again by the next process, whose agent is gone', async () => {
    await world.write('m1');
    await world.store.write(() => world.store.turns.open(aTurn(), 0));
    await world.store.write(() => world.store.turns.askStop('turn1', 'stop'));
    await world.succeed();
    expect({ orders: world.agent.orders.length, states: world.states() }).toEqual({
      orders: 0,
      states: ['stopped'],
    });
  });

  it('that has nothing left to ask after a crash ends in silence', async () => {
    await world.write('m1');
    await world.store.write(() => world.store.turns.open(aTurn(), 0));
    await world.store.write(() => world.store.changes.withdraw('local:main', 'm1'));
    await world.succeed();
    expect({ orders: world.agent.orders.length, states: world.states() }).toEqual({
      orders: 0,
      states: ['stopped'],
    });
  });
});
