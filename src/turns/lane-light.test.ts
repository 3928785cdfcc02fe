import { beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aGroup, aMessage } from '../../tests/fakes/records.ts';
import { type FakeRouter, fakeRouter, lightAnswer } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { SILENT } from '../../tests/fakes/task-world.ts';
import type { Agent } from '../agents/agent.ts';
import type { LightResult } from '../router/light/outcome.ts';
import type { InboundMessage } from '../store/journal.ts';
import { createStore, type Store } from '../store/store.ts';
import { Lane } from './lane.ts';
import { Slots } from './slots.ts';
import { forgetConversation, TurnLog } from './turn-log.ts';

const GROUP = aGroup();
const HELLO = lightAnswer('Hello!');
const HANDOVER: LightResult = { kind: 'handover', reason: 'timeout', usage: null };

let store: Store;
let clock: FakeClock;
let agent: FakeAgent;
let fake: FakeRouter;
/** Ends the light model's thinking. */
let answer: (result: LightResult) => void;
let working: boolean[];
let released: number;
let slots: Slots;

function newLane(over: Partial<Store> = {}): Lane {
  const known: Store = { ...store, ...over };
  let id = 0;
  const newId = () => {
    id += 1;
    return `turn${id}`;
  };
  return new Lane('main', {
    ...{ store: known, clock, slots, log: SILENT, timeZone: 'UTC', turnLimitMs: 60_000 },
    ...{ router: fake.router, names: ['폴'], groups: () => [GROUP] },
    turnLog: new TurnLog({ store: known, now: clock.now, newId, language: 'en' }),
    agents: {
      obtain: async () => agent as unknown as Agent,
      release: () => {
        released += 1;
      },
      isLive: () => true,
    },
    inbox: { fetch: async () => new Map() },
    setWorking: (_address, on) => working.push(on),
    deliver: async () => undefined,
    onRecord: () => undefined,
  });
}

async function write(text: string, over: Partial<InboundMessage> = {}, asks = true): Promise<void> {
  await store.write(() => {
    const message = aMessage({ id: `m${clock.now()} ${text}`, text, at: clock.now(), ...over });
    store.journal.touchChat(message);
    store.journal.append(message, { asks, isCommand: false });
  });
}

async function ask(lane: Lane, text: string, over: Partial<InboundMessage> = {}): Promise<void> {
  await write(text, over);
  lane.wake();
  await settle();
}

async function say(result: LightResult): Promise<void> {
  answer(result);
  await settle();
}

/** Another process takes up what the last one left. */
async function succeed(): Promise<void> {
  slots = new Slots(1);
  agent = new FakeAgent();
  const lane = newLane();
  for (const turn of running()) lane.resume(turn);
  lane.wake();
  await settle();
}

const replies = () => store.db.prepare<[], string>('SELECT body FROM outbox ORDER BY seq').pluck().all();
const states = () => store.db.prepare<[], string>('SELECT state FROM turns ORDER BY rowid').pluck().all();
const prompt = () => agent.orders.at(-1)?.input.prompt ?? '';
const running = () => store.turns.running();

beforeEach(() => {
  store = createStore(':memory:');
  clock = new FakeClock();
  agent = new FakeAgent();
  slots = new Slots(1);
  working = [];
  released = 0;
  fake = fakeRouter(
    (_question, signal) =>
      new Promise((resolve) => {
        answer = resolve;
        const stopped: LightResult = { kind: 'handover', reason: 'stopped', usage: null };
        signal.addEventListener('abort', () => resolve(stopped), { once: true });
      }),
    clock,
  );
});

describe('a light question', () => {
  it('is answered without an agent, while every slot is taken, and recorded', async () => {
    await slots.acquire('message', new AbortController().signal);
    await ask(newLane(), '안녕');
    expect(fake.asked).toEqual([{ text: '안녕', history: [], assistantName: '폴' }]);
    await say(HELLO);
    expect([replies(), states(), agent.orders]).toEqual([['Hello!'], ['answered'], []]);
    expect(store.journal.cursor(GROUP.jid)).toBe(1);
    expect(working).toEqual([true, false]);
    expect(released).toBe(1);
    expect(fake.written).toEqual([
      expect.objectContaining({ tier: 'light', outcome: 'answered', tokens: 60 }),
    ]);
  });

  it.each(['timeout', 'no_network', 'rate_limited', 'malformed', 'truncated', 'model_asked'] as const)(
    'that the light model does not answer (%s) is the agent’s, and answered once',
    async (reason) => {
      await ask(newLane(), '안녕');
      await say({ kind: 'handover', reason, usage: null });
      expect(agent.orders).toHaveLength(1);
      expect(prompt()).not.toContain('interrupted');
      await agent.end('Hi from the agent', { usage: { inputTokens: 7, outputTokens: 1, costUsd: 0.5 } });
      expect(replies()).toEqual(['Hi from the agent']);
      expect(fake.written).toEqual([
        expect.objectContaining({
          tier: 'agent',
          handover: reason,
          tokens: 8,
          cost: 0.5,
          outcome: 'answered',
        }),
      ]);
    },
  );

  it.each([
    ['needs tools', '내일 날씨 어때?', {}],
    ['came with a file', '안녕', { files: [{ ref: 'f', name: 'a.png', bytes: 1 }] }],
  ])('is the agent’s at once when it %s', async (_why, text, over) => {
    await ask(newLane(), text, over);
    expect([fake.asked.length, agent.orders.length, working]).toEqual([0, 1, [true]]);
    await agent.fail('auth');
    expect(fake.written).toEqual([
      expect.objectContaining({ tier: 'agent', handover: null, outcome: 'auth' }),
    ]);
  });

  it('leaves what comes meanwhile to the next turn', async () => {
    const lane = newLane();
    await ask(lane, '안녕');
    await ask(lane, '내일 날씨 어때?');
    expect([states(), agent.orders.length]).toEqual([['running'], 0]);
    await say(HELLO);
    expect(agent.orders.map(({ input }) => input.messages)).toEqual([['2']]);
    expect(states()).toEqual(['answered', 'running']);
  });

  it('that is handed over takes what came meanwhile along', async () => {
    const lane = newLane();
    await ask(lane, '안녕');
    await ask(lane, '고마워');
    await say(HANDOVER);
    expect(agent.orders.map(({ input }) => input.messages)).toEqual([['1']]);
    expect(agent.offers.map(({ messages }) => messages)).toEqual([['2']]);
  });
});

describe('a person who wants it ended', () => {
  it.each(['stop', 'reset', 'withdrawn'] as const)(
    '(%s) gets no answer, and no agent is asked',
    async (reason) => {
      const lane = newLane();
      await ask(lane, '안녕');
      const [turn] = running();
      if (!turn) throw new Error('no turn runs');
      const log = new TurnLog({ store, now: clock.now, newId: () => 'x', language: 'en' });
      await log.apply(turn, { type: 'stop_asked', reason });
      lane.stopTurn();
      await settle();
      expect([states(), replies(), agent.orders]).toEqual([['stopped'], [], []]);
      expect(store.journal.cursor(GROUP.jid)).toBe(1);
      expect(fake.written).toEqual([expect.objectContaining({ outcome: reason })]);
    },
  );

  it('gets none either when the answer comes in the same moment', async () => {
    const lane = newLane();
    await ask(lane, '안녕');
    answer(HELLO);
    await store.write(() => store.turns.askStop('turn1', 'stop'));
    await settle();
    expect([states(), replies(), agent.orders]).toEqual([['stopped'], [], []]);
    expect(store.lightHistory.untold('main')).toEqual([]);
  });
});

describe('the agent is told what the light model said in its name', () => {
  async function lightTurn(lane: Lane, text = '안녕'): Promise<void> {
    await ask(lane, text);
    await say(HELLO);
  }

  it('with the talk around it, once, before its next messages', async () => {
    const lane = newLane();
    await write('the meeting is at three', {}, false);
    await lightTurn(lane);
    await ask(lane, '회의 몇 시야?');
    expect(prompt()).toMatch(
      /^<answered-in-your-name>[\s\S]*at three[\s\S]*안녕[\s\S]*<answer>Hello![\s\S]*<\/answered-in-your-name>\n<messages>/,
    );
    await agent.end('at three');
    await ask(lane, '내일 일정은?');
    expect(prompt()).not.toContain('answered-in-your-name');
  });

  it('again when the attempt failed before its session held it, and not when it did', async () => {
    const lane = newLane();
    await store.write(() => store.turns.saveSession('main', { id: 's1', lastAssistant: 'a0' }));
    await lightTurn(lane);
    await ask(lane, '회의 몇 시야?');
    await agent.end(null, {
      ...{ outcome: 'failed', error: { code: 'network', text: '' } },
      session: { id: 's1', lastAssistant: 'a0' },
    });
    clock.advance(5000);
    await settle();
    expect(prompt()).toContain('<answer>Hello!');
    await agent.end(null, {
      ...{ outcome: 'failed', error: { code: 'network', text: '' } },
      session: { id: 's1', lastAssistant: 'a1' },
    });
    clock.advance(10_000);
    await settle();
    expect(agent.orders).toHaveLength(3);
    expect(prompt()).not.toContain('answered-in-your-name');
  });

  it('again by a later process, when the one that told it died before its end', async () => {
    const lane = newLane();
    await lightTurn(lane);
    await ask(lane, '회의 몇 시야?');
    await succeed();
    expect(prompt()).toMatch(/<answer>Hello![\s\S]*<interrupted/);
    await agent.end('at three');
    expect(store.lightHistory.untold('main')).toEqual([]);
  });

  it('not when the conversation was begun anew', async () => {
    const lane = newLane();
    await lightTurn(lane);
    await store.write(() => forgetConversation(store, 'main'));
    await ask(lane, '회의 몇 시야?');
    expect(prompt()).not.toContain('answered-in-your-name');
  });

  it('at most the newest hundred', async () => {
    const lane = newLane();
    for (let count = 0; count < 102; count += 1) {
      await store.write(() => {
        store.turns.recordClosed({ ...FINISHED, id: `t${count}` }, clock.now());
        store.lightHistory.note('main', `t${count}`, clock.now());
      });
    }
    expect(store.lightHistory.untold('main')).toHaveLength(100);
    await ask(lane, '회의 몇 시야?');
    expect(agent.orders).toHaveLength(1);
  });
  const FINISHED = {
    ...{ folder: 'main', jid: GROUP.jid, thread: null, fromSeq: 0, uptoSeq: 0 },
    ...{ attempts: 0, failures: 0, stop: null, task: null },
  };
});

/** The turn, its answer: two writes; with three nobody dies. */
describe.each([0, 1, 2])('a process that dies after %i writes of a light turn', (writesLeft) => {
  it('leaves a question that its successor answers once, by whichever model', async () => {
    await write('안녕');
    let left = writesLeft;
    const dying: Store['write'] = (work) => {
      left -= 1;
      return left < 0 ? new Promise(() => undefined) : store.write(work);
    };
    newLane({ write: dying }).wake();
    await settle();
    if (fake.asked.length > 0) await say(HELLO);
    await succeed();
    if (running().length > 0) await say(HELLO);
    expect([replies(), states()]).toEqual([['Hello!'], ['answered']]);
    expect(store.journal.cursor(GROUP.jid)).toBe(1);
    expect(store.lightHistory.untold('main')).toHaveLength(1);
  });
});

it('a turn that an agent has begun goes on with an agent, however light it looks', async () => {
  const lane = newLane();
  await ask(lane, '안녕');
  await say(HANDOVER);
  await succeed();
  expect([fake.asked.length, agent.orders.length]).toEqual([1, 1]);
  await agent.end('Hi');
  expect(fake.written).toEqual([expect.objectContaining({ handover: 'rerun' })]);
});

it('an answer that the store does not take is asked for again', async () => {
  await ask(newLane(), '안녕');
  store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
  );
  await say(HELLO);
  expect([replies(), states()]).toEqual([[], ['running']]);
  store.db.exec('DROP TRIGGER full');
  clock.advance(5000);
  await settle();
  await say(HELLO);
  expect([replies(), states()]).toEqual([['Hello!'], ['answered']]);
});
