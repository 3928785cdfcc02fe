import { pino } from 'pino';
import { expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aGroup, aMessage } from '../../tests/fakes/records.ts';
import { fakeRouter } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import type { Agent } from '../agents/agent.ts';
import { createStore, type Store } from '../store/store.ts';
import { Lanes } from './lanes.ts';
import { Slots } from './slots.ts';
import { newTurnId, TurnLog } from './turn-log.ts';

const GROUP = aGroup();

function newLanes(store: Store, agent: FakeAgent, clock = new FakeClock()): Lanes {
  return new Lanes({
    store,
    turnLog: new TurnLog({ store, now: clock.now, newId: newTurnId, language: 'en' }),
    agents: {
      obtain: async () => agent as unknown as Agent,
      release: () => undefined,
      isLive: () => false,
      diskExcess: () => null,
    },
    inbox: { fetch: async () => new Map() },
    ...fakeRouter(),
    names: ['폴'],
    slots: new Slots(5),
    groups: () => [GROUP],
    workerFor: () => GROUP,
    timeZone: 'UTC',
    turnLimitMs: 60_000,
    progressAfterMs: 0,
    setWorking: () => undefined,
    deliver: async () => undefined,
    onRecord: () => undefined,
    clock,
    log: pino({ level: 'silent' }),
  });
}

async function write(store: Store, id: string): Promise<void> {
  const message = aMessage({ id });
  await store.write(() => {
    store.journal.touchChat(message);
    store.journal.append(message, { asks: true, isCommand: false });
  });
}

it('answers a message once that comes while the service still takes up what was left', async () => {
  const store = createStore(':memory:');
  const agent = new FakeAgent();
  const lanes = newLanes(store, agent);
  const unfinished = store.turns.running();
  await write(store, 'early');
  lanes.wake('main');
  await settle();
  lanes.start(unfinished, [GROUP]);
  await settle();
  await agent.end('hello');
  await settle();
  expect(agent.orders).toHaveLength(1);
});

it('finishes a turn that was left before it opens one for a message that came meanwhile', async () => {
  const store = createStore(':memory:');
  await write(store, 'old');
  const former = new FakeAgent();
  const crashed = newLanes(store, former);
  crashed.start([], [GROUP]);
  await settle();

  const agent = new FakeAgent();
  const lanes = newLanes(store, agent);
  const unfinished = store.turns.running();
  await write(store, 'new');
  lanes.wake('main');
  await settle();
  lanes.start(unfinished, [GROUP]);
  await settle();
  expect(agent.orders.map((order) => order.input.messages)).toEqual([['1']]);
  expect(agent.offers.map((offer) => offer.messages)).toEqual([['2']]);
});

it('opens no lane once it was told to stop, however late what was left is known', async () => {
  const store = createStore(':memory:');
  const agent = new FakeAgent();
  const lanes = newLanes(store, agent);
  await write(store, 'waiting');
  await lanes.stop();
  lanes.start([], [GROUP]);
  await settle();
  expect(agent.orders).toEqual([]);
});

it('judges a question by the attempt that is made at it, not by its age', async () => {
  const store = createStore(':memory:');
  await store.write(() => store.groups.register(GROUP));
  const clock = new FakeClock();
  const agent = new FakeAgent();
  const lanes = newLanes(store, agent, clock);
  await write(store, 'old');
  clock.advance(50_000);
  expect(lanes.standstill()).toEqual({ folder: 'main', idleMs: 50_000, attempt: null });
  lanes.start([], [GROUP]);
  await settle();
  clock.advance(40_000);
  expect(lanes.standstill().attempt).toEqual({ ageMs: 40_000, limitMs: 60_000 });
  agent.die();
  await settle();
  expect(lanes.standstill()).toEqual({ folder: 'main', idleMs: 0, attempt: null });
  clock.advance(5000);
  await settle();
  clock.advance(3000);
  expect(lanes.standstill()).toMatchObject({ idleMs: null, attempt: { ageMs: 3000 } });
});
