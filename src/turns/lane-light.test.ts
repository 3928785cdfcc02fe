import { beforeEach, describe, expect, it } from 'vitest';
import { GROUP, LightWorld } from '../../tests/fakes/light-world.ts';
import { aTurn } from '../../tests/fakes/records.ts';
import { lightAnswer } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import type { LightResult } from '../router/light/outcome.ts';
import type { Store } from '../store/store.ts';
import { TurnLog } from './turn-log.ts';

const HELLO = lightAnswer('Hello!');
const HANDOVER: LightResult = { kind: 'handover', reason: 'timeout', usage: null };

let world: LightWorld;
beforeEach(() => {
  world = new LightWorld();
});
const outcome = () => [world.replies(), world.states(), world.agent.orders.length];

describe('a light question', () => {
  it('is answered without an agent, while every slot is taken, and recorded', async () => {
    world.persona = '반말';
    await world.slots.acquire('message', new AbortController().signal);
    await world.ask('안녕');
    expect(world.asked).toEqual([{ text: '안녕', history: [], assistantName: '폴', persona: '반말' }]);
    await world.say(HELLO);
    expect(outcome()).toEqual([['Hello!'], ['answered'], 0]);
    expect(world.store.journal.cursor(GROUP.jid)).toBe(1);
    expect([world.working, world.released]).toEqual([[true, false], 1]);
    expect(world.written).toEqual([
      expect.objectContaining({ tier: 'light', outcome: 'answered', tokens: 60 }),
    ]);
  });

  it.each(['timeout', 'no_network', 'rate_limited', 'malformed', 'truncated', 'model_asked'] as const)(
    'that the light model does not answer (%s) is the agent’s, and answered once',
    async (reason) => {
      await world.ask('안녕');
      await world.say({ kind: 'handover', reason, usage: null });
      expect(world.prompt()).toMatch(/^<messages>/);
      await world.agent.end('Hi', { usage: { inputTokens: 7, outputTokens: 1, costUsd: 0.5 } });
      expect(outcome()).toEqual([['Hi'], ['answered'], 1]);
      const spent = { tokens: 8, cost: 0.5, outcome: 'answered' };
      expect(world.written).toEqual([expect.objectContaining({ tier: 'agent', handover: reason, ...spent })]);
    },
  );

  it.each([
    ['needs tools', '내일 날씨 어때?', {}],
    ['came with a file', '안녕', { files: [{ ref: 'f', name: 'a.png', bytes: 1 }] }],
  ])('is the agent’s at once when it %s', async (_why, text, over) => {
    await world.ask(text, over);
    expect([world.asked.length, world.agent.orders.length]).toEqual([0, 1]);
    await world.agent.fail('auth');
    expect(world.written).toEqual([
      expect.objectContaining({ tier: 'agent', handover: null, outcome: 'auth' }),
    ]);
  });

  it('leaves what comes meanwhile to the next turn', async () => {
    await world.ask('안녕');
    await world.ask('내일 날씨 어때?');
    expect(outcome()).toEqual([[], ['running'], 0]);
    await world.say(HELLO);
    expect(world.agent.orders.map(({ input }) => input.messages)).toEqual([['2']]);
    expect(world.states()).toEqual(['answered', 'running']);
  });

  it('that is handed over takes what came meanwhile along', async () => {
    await world.ask('안녕');
    await world.ask('고마워');
    await world.say(HANDOVER);
    expect(world.agent.orders.map(({ input }) => input.messages)).toEqual([['1']]);
    expect(world.agent.offers.map(({ messages }) => messages)).toEqual([['2']]);
  });
});

describe('a person who wants it ended', () => {
  it.each(['stop', 'reset', 'withdrawn'] as const)(
    '(%s) gets no answer, and no agent is asked',
    async (reason) => {
      await world.ask('안녕');
      const { store, clock } = world;
      const log = new TurnLog({ store, now: clock.now, newId: () => 'x', language: 'en' });
      for (const turn of world.running()) await log.apply(turn, { type: 'stop_asked', reason });
      world.lane.stopTurn();
      await settle();
      expect(outcome()).toEqual([[], ['stopped'], 0]);
      expect(store.journal.cursor(GROUP.jid)).toBe(1);
      expect(world.written).toEqual([expect.objectContaining({ outcome: reason })]);
    },
  );

  it('who said so before a crash gets none either, and the light model is not waited for', async () => {
    const { store } = world;
    await world.write('안녕');
    await store.write(() => store.turns.open(aTurn(), 0));
    await store.write(() => store.turns.askStop('turn1', 'stop'));
    await world.succeed();
    expect(outcome()).toEqual([[], ['stopped'], 0]);
  });

  it('gets none either when the answer comes in the same moment', async () => {
    await world.ask('안녕');
    const [turn] = world.running();
    world.answer(HELLO);
    await world.store.write(() => world.store.turns.askStop(turn?.id ?? '', 'stop'));
    await settle();
    expect(outcome()).toEqual([[], ['stopped'], 0]);
    expect(world.store.lightHistory.untold('main')).toEqual([]);
  });
});

/** The turn, its answer: two writes, so with two nobody dies. */
it.each([0, 1, 2])(
  'a process that dies after %i writes of a light turn leaves a question that is answered once',
  async (writesLeft) => {
    await world.write('안녕');
    let left = writesLeft;
    const dying: Store['write'] = (work) => {
      left -= 1;
      return left < 0 ? new Promise(() => undefined) : world.store.write(work);
    };
    world.newLane({ write: dying }).wake();
    await settle();
    if (world.asked.length > 0) await world.say(HELLO);
    await world.succeed();
    if (world.running().length > 0) await world.say(HELLO);
    expect(outcome()).toEqual([['Hello!'], ['answered'], 0]);
    expect(world.store.journal.cursor(GROUP.jid)).toBe(1);
    expect(world.store.lightHistory.untold('main')).toHaveLength(1);
  },
);

it('a turn that an agent has begun goes on with an agent, however light it looks', async () => {
  await world.ask('안녕');
  await world.say(HANDOVER);
  await world.succeed();
  expect([world.asked.length, world.agent.orders.length]).toEqual([1, 1]);
  await world.agent.end('Hi');
  expect(world.written).toEqual([expect.objectContaining({ handover: 'rerun' })]);
});

it('an answer that the store does not take is asked for again', async () => {
  const { store } = world;
  await world.ask('안녕');
  store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
  );
  await world.say(HELLO);
  expect(outcome()).toEqual([[], ['running'], 0]);
  store.db.exec('DROP TRIGGER full');
  world.clock.advance(5000);
  await settle();
  await world.say(HELLO);
  expect(outcome()).toEqual([['Hello!'], ['answered'], 0]);
});
