import { beforeEach, describe, expect, it } from 'vitest';
import { GROUP, LaneWorld } from '../../tests/fakes/lane-world.ts';
import { aGroup, aMessage, aTurn } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';

const B = aGroup({ jid: 'local:b' });

let world: LaneWorld;
beforeEach(() => {
  world = new LaneWorld();
});

describe('a lane', () => {
  it('answers all unanswered messages in one turn, the context before the mention included', async () => {
    await world.write('m1', { text: 'earlier talk', asks: false });
    await world.startTurn('m2');
    expect(world.agent.orders[0]?.input.messages).toEqual(['1', '2']);
    expect(world.agent.orders[0]?.input.prompt).toContain('earlier talk');
    await world.agent.end('hello');
    expect(world.replies()).toEqual([{ key: 'turn1.1', body: 'hello' }]);
    expect(world.store.journal.cursor(GROUP.jid)).toBe(2);
    expect(world.store.turns.session('main')).toEqual({ id: 's1', lastAssistant: 'a1' });
    expect(world.signs).toEqual(['local:main true', 'local:main false']);
  });

  it('does nothing when no message asks', async () => {
    await world.write('m1', { text: 'just talk', asks: false });
    await world.wake();
    expect(world.agent.orders).toEqual([]);
  });

  it('offers a message that comes meanwhile, and counts it as answered only when it was consumed', async () => {
    await world.startTurn('m1');
    await world.write('m2');
    await world.wake();
    expect(world.agent.offers).toEqual([{ turn: 'turn1', messages: ['2'] }]);
    await world.agent.say({ type: 'consumed', messages: ['2'] });
    await world.agent.end('both');
    expect(world.agent.orders).toHaveLength(1);
    expect(world.store.journal.cursor(GROUP.jid)).toBe(2);
  });

  it('offers each question by itself, so that a successor’s offer is the same and can be known again', async () => {
    await world.startTurn('m1');
    await world.write('m2');
    await world.write('m3', { text: 'chatter', asks: false });
    await world.write('m4');
    await world.write('m5', { text: 'more chatter', asks: false });
    await world.succeed();
    expect(world.agent.offers.map(({ messages }) => messages)).toEqual([['2'], ['3', '4']]);
  });

  it('answers an offered message in the next turn when the session did not consume it', async () => {
    await world.startTurn('m1');
    await world.write('m2');
    world.lane.wake();
    await world.agent.end('only the first');
    expect(world.agent.orders.map((order) => order.input.messages)).toEqual([['1'], ['2']]);
  });

  it('keeps outputs as they come, and strips what is internal', async () => {
    await world.startTurn('m1');
    await world.agent.say({
      type: 'output',
      ordinal: 1,
      text: 'working <internal>secret plan</internal>on it',
    });
    expect(world.replies()).toEqual([{ key: 'turn1.1', body: 'working on it' }]);
    await world.agent.say({ type: 'output', ordinal: 1, text: 'working on it, repeated' });
    expect(world.replies()).toHaveLength(1);
  });
});

it('ends the working sign of a chat whose group goes on with another chat', async () => {
  world.groups = [GROUP, B];
  await world.write('a1');
  await world.write('b1', { jid: B.jid });
  await world.wake();
  await world.agent.end('to a');
  await settle();
  await world.agent.end('to b');
  await settle();
  expect(world.signs.filter((s) => s.startsWith('local:main'))).toEqual([
    'local:main true',
    'local:main false',
  ]);
});

it('a runner that claims to have consumed a message that does not exist leaves the chat heard', async () => {
  await world.startTurn('m1');
  await world.agent.say({ type: 'consumed', messages: ['9007199254740991'] });
  await world.agent.end('one');
  await world.startTurn('m2');
  expect(world.agent.orders).toHaveLength(2);
});

it('answers in the thread that asked, not in that of later chatter', async () => {
  await world.write('m1', { thread: 'asked-here' });
  await world.write('m2', { thread: 'other', asks: false });
  await world.wake();
  expect(world.agent.orders[0]?.context.thread).toBe('asked-here');
});

it('a turn whose chat was moved to another folder does not block its old folder', async () => {
  world.groups = [B];
  await world.store.write(() => world.store.turns.open(aTurn({ id: 'old' }), 0));
  await world.succeed();
  await world.write('b1', { jid: B.jid });
  await world.wake();
  expect(world.agent.orders).toHaveLength(1);
});

it('of talk that goes back for months a question takes in the latest thousand messages', async () => {
  await world.store.write(() => {
    for (let number = 1; number <= 1200; number += 1) {
      const message = aMessage({ id: `c${number}`, text: 'talk' });
      world.store.journal.touchChat(message);
      world.store.journal.append(message, { asks: false, isCommand: false });
    }
  });
  await world.startTurn('m1');
  const { messages } = world.agent.orders[0]?.input ?? { messages: [] };
  expect([messages.length, messages[0], messages.at(-1)]).toEqual([1001, '201', '1201']);
  await world.agent.end('answer');
  expect(world.store.journal.cursor('local:main')).toBe(1201);
});
