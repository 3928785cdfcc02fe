import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aGroup, aMessage, aTurn } from '../../tests/fakes/records.ts';
import { fakeRouter } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import type { Agent } from '../agents/agent.ts';
import { DiskRefusedError } from '../agents/disk/disk-watch.ts';
import type { Group } from '../store/groups.ts';
import { createStore, type Store } from '../store/store.ts';
import { Lane } from './lane.ts';
import { ATTEMPTS_LIMIT, HOPELESS_AFTER_MS } from './retry.ts';
import { Slots } from './slots.ts';
import { TurnLog } from './turn-log.ts';

const GROUP = aGroup();

let store: Store;
let clock: FakeClock;
let agent: FakeAgent;
let startError: Error | null;
let working: boolean[];
let groups: Group[];
let signs: string[];
let excess: { used: number; limit: number } | null;

function newLane(): Lane {
  let id = 0;
  const newId = () => {
    id += 1;
    return `turn${id}`;
  };
  return new Lane('main', {
    store,
    turnLog: new TurnLog({ store, now: clock.now, newId, language: 'en' }),
    agents: {
      obtain: async () => {
        if (startError) throw startError;
        return agent as unknown as Agent;
      },
      release: () => undefined,
      isLive: () => false,
      diskExcess: () => excess,
    },
    inbox: { fetch: async () => new Map() },
    ...fakeRouter(),
    names: ['폴'],
    slots: new Slots(1),
    groups: () => groups,
    workerFor: (_folder, jid) => groups.find((group) => group.jid === jid),
    timeZone: 'Asia/Seoul',
    turnLimitMs: 60_000,
    setWorking: (address, on) => {
      working.push(on);
      signs.push(`${address.jid} ${on}`);
    },
    deliver: async () => undefined,
    onRecord: () => undefined,
    clock,
    log: pino({ level: 'silent' }),
  });
}

async function write(id: string, text = `text ${id}`, asks = true): Promise<void> {
  await store.write(() => {
    const message = aMessage({ id, text, at: clock.now() });
    store.journal.touchChat(message);
    store.journal.append(message, { asks, isCommand: false });
  });
}

const replies = () =>
  store.db.prepare('SELECT key, body FROM outbox ORDER BY seq').all() as Array<{ key: string; body: string }>;
const turnStates = () => store.db.prepare('SELECT state FROM turns ORDER BY started_at, id').pluck().all();

beforeEach(() => {
  store = createStore(':memory:');
  clock = new FakeClock();
  agent = new FakeAgent();
  startError = null;
  working = [];
  groups = [GROUP];
  signs = [];
  excess = null;
});

async function startTurn(lane: Lane, ...ids: string[]): Promise<void> {
  for (const id of ids) await write(id);
  lane.wake();
  await settle();
}

describe('a lane', () => {
  it('answers all unanswered messages in one turn, the context before the mention included', async () => {
    await write('m1', 'earlier talk', false);
    await startTurn(newLane(), 'm2');
    expect(agent.orders[0]?.input.messages).toEqual(['1', '2']);
    expect(agent.orders[0]?.input.prompt).toContain('earlier talk');
    await agent.end('hello');
    expect(replies()).toEqual([{ key: 'turn1.1', body: 'hello' }]);
    expect(store.journal.cursor(GROUP.jid)).toBe(2);
    expect(store.turns.session('main')).toEqual({ id: 's1', lastAssistant: 'a1' });
    expect(working).toEqual([true, false]);
  });

  it('does nothing when no message asks', async () => {
    await write('m1', 'just talk', false);
    newLane().wake();
    await settle();
    expect(agent.orders).toEqual([]);
  });

  it('offers a message that comes meanwhile, and counts it as answered only when it was consumed', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await write('m2');
    lane.wake();
    await settle();
    expect(agent.offers).toEqual([{ turn: 'turn1', messages: ['2'] }]);
    await agent.say({ type: 'consumed', messages: ['2'] });
    await agent.end('both');
    expect(agent.orders).toHaveLength(1);
    expect(store.journal.cursor(GROUP.jid)).toBe(2);
  });

  it('offers each question by itself, so that a successor’s offer is the same and can be known again', async () => {
    await startTurn(newLane(), 'm1');
    await write('m2');
    await write('m3', 'chatter', false);
    await write('m4');
    await write('m5', 'more chatter', false);
    const successor = newLane();
    for (const turn of store.turns.running()) successor.resume(turn);
    await settle();
    expect(agent.offers.map(({ messages }) => messages)).toEqual([['2'], ['3', '4']]);
  });

  it('answers an offered message in the next turn when the session did not consume it', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await write('m2');
    lane.wake();
    await agent.end('only the first');
    expect(agent.orders.map((order) => order.input.messages)).toEqual([['1'], ['2']]);
  });

  it('keeps outputs as they come, and strips what is internal', async () => {
    await startTurn(newLane(), 'm1');
    await agent.say({ type: 'output', ordinal: 1, text: 'working <internal>secret plan</internal>on it' });
    expect(replies()).toEqual([{ key: 'turn1.1', body: 'working on it' }]);
    await agent.say({ type: 'output', ordinal: 1, text: 'working on it, repeated' });
    expect(replies()).toHaveLength(1);
  });

  it('says so when a turn ends without a word', async () => {
    await startTurn(newLane(), 'm1');
    await agent.end('<internal>nothing to tell</internal>');
    expect(replies()[0]?.body).toContain('nothing to say');
  });

  it.each([
    ['a full folder of its own', 'disk_quota', false, 'failed', /folder for this chat is full/],
    ['a disk that is nearly full', 'disk_low', false, 'running', null],
    ['Claude Code that does nothing', 'stuck', false, 'running', null],
    ['its damaged program', 'broken_runner', false, 'running', null],
    ['the limit of its turn', 'timeout', false, 'failed', /longer than I am allowed/],
    ['its memory limit', null, true, 'running', null],
  ] as const)('when %s stopped its agent, goes on as fits', async (_why, cause, oom, state, told) => {
    await startTurn(newLane(), 'm1');
    agent.die(cause, oom);
    await settle();
    expect(turnStates()).toEqual([state]);
    expect(replies().map(({ body }) => body)).toEqual(told ? [expect.stringMatching(told)] : []);
  });

  it('takes what an agent was stopped for as the reason, whatever it says of itself in the end', async () => {
    await startTurn(newLane(), 'm1');
    agent.cause = 'disk_quota';
    await agent.fail('crashed');
    expect(replies()[0]?.body).toContain('folder for this chat is full');
  });

  it('is not begun for a group whose folder is far above its limit, and the chat is told', async () => {
    startError = new DiskRefusedError('disk_quota', 'too much');
    await startTurn(newLane(), 'm1');
    expect(agent.orders).toEqual([]);
    expect(replies()[0]?.body).toContain('folder for this chat is full');
  });

  it('tells an agent whose folder is above its limit', async () => {
    excess = { used: 52 * 1024 ** 2, limit: 50 * 1024 ** 2 };
    await startTurn(newLane(), 'm1');
    expect(agent.orders[0]?.input.prompt).toMatch(/^<folder-full used-mb="52" limit-mb="50">/);
  });

  it.each(['gone', 'start_failed', 'overloaded'] as const)(
    'tries again after 5 s, 10 s, … when it fails by %s, then tells the chat',
    async (how) => {
      if (how === 'start_failed') startError = new Error('no engine');
      const failOnce = async () => {
        if (how === 'gone') agent.die();
        if (how === 'overloaded') await agent.fail('overloaded');
        await settle();
      };
      await startTurn(newLane(), 'm1');
      for (const seconds of [5, 10, 20, 40, 80]) {
        await failOnce();
        expect(turnStates()).toEqual(['running']);
        clock.advance(seconds * 1000);
        await settle();
      }
      await failOnce();
      expect(turnStates()).toEqual(['failed']);
      expect(replies()).toEqual([{ key: 'turn1.1', body: expect.stringContaining('⚠️') }]);
      expect(store.journal.cursor(GROUP.jid)).toBe(1);
    },
  );

  it('tells the chat at once when trying again cannot help', async () => {
    await startTurn(newLane(), 'm1');
    await agent.fail('auth');
    expect(agent.orders).toHaveLength(1);
    expect(replies()[0]?.body).toContain('sign in');
  });

  it('drops a stale session and tries once more without it', async () => {
    await store.write(() => store.turns.saveSession('main', { id: 'old', lastAssistant: 'x' }));
    await startTurn(newLane(), 'm1');
    await agent.end(null, { outcome: 'failed', session: null, error: { code: 'stale_session', text: '' } });
    clock.advance(0);
    await settle();
    expect(agent.orders.map((order) => order.session?.id ?? null)).toEqual(['old', null]);
  });

  it('stops an agent that works past the limit and tells the chat', async () => {
    await startTurn(newLane(), 'm1');
    clock.advance(60_000);
    await settle();
    expect(agent.stopped).toBe(true);
    expect(turnStates()).toEqual(['failed']);
  });

  it('goes on after a crash with the same turn: replies on record stay, the next ordinal follows, the agent is told', async () => {
    await startTurn(newLane(), 'm1');
    await agent.say({ type: 'output', ordinal: 1, text: 'first half' });
    agent = new FakeAgent();
    const successor = newLane();
    for (const turn of store.turns.running()) successor.resume(turn);
    await settle();
    expect(agent.orders).toMatchObject([
      { context: { turn: 'turn1' }, firstOrdinal: 2, input: { messages: ['1'] } },
    ]);
    expect(agent.orders[0]?.input.prompt).toContain('replies-sent="1"');
    await agent.end('second half');
    expect(replies().map((reply) => reply.key)).toEqual(['turn1.1', 'turn1.2']);
  });

  it('leaves an unfinished turn on record when it is told to stop', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    const stopped = lane.stop();
    agent.die();
    await stopped;
    expect(turnStates()).toEqual(['running']);
    expect(replies()).toEqual([]);
  });
});

const B = aGroup({ jid: 'local:b' });
async function writeTo(
  jid: string,
  id: string,
  { thread = null, asks = true }: { thread?: string | null; asks?: boolean } = {},
): Promise<void> {
  await store.write(() => {
    const message = aMessage({ jid, id, thread, text: id, at: clock.now() });
    store.journal.touchChat(message);
    store.journal.append(message, { asks, isCommand: false });
  });
}

it('ends the working sign of a chat whose group goes on with another chat', async () => {
  groups = [GROUP, B];
  const lane = newLane();
  await writeTo(GROUP.jid, 'a1');
  await writeTo(B.jid, 'b1');
  lane.wake();
  await settle();
  await agent.end('to a');
  await settle();
  await agent.end('to b');
  await settle();
  expect(signs.filter((s) => s.startsWith('local:main'))).toEqual(['local:main true', 'local:main false']);
});
it('an end that comes while the timed-out agent is being stopped is the answer, not a timeout', async () => {
  agent.kill = async () => {
    agent.stopped = true;
  };
  await startTurn(newLane(), 'm1');
  clock.advance(60_000);
  await settle();
  await agent.end('done just in time');
  await settle();
  expect({ r: replies().map((r) => r.body), s: turnStates() }).toEqual({
    r: ['done just in time'],
    s: ['answered'],
  });
});
it('a runner that claims to have consumed a message that does not exist leaves the chat heard', async () => {
  const lane = newLane();
  await startTurn(lane, 'm1');
  await agent.say({ type: 'consumed', messages: ['9007199254740991'] });
  await agent.end('one');
  await startTurn(lane, 'm2');
  expect(agent.orders).toHaveLength(2);
});
it('goes on with the turn after the store failed to record its failure', async () => {
  const lane = newLane();
  await startTurn(lane, 'm1');
  store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
  );
  await agent.fail('auth');
  await settle();
  store.db.exec('DROP TRIGGER full');
  await startTurn(lane, 'm2');
  clock.advance(600_000);
  await settle();
  expect(agent.orders.length).toBeGreaterThan(1);
});
it('answers in the thread that asked, not in that of later chatter', async () => {
  const lane = newLane();
  await writeTo(GROUP.jid, 'm1', { thread: 'asked-here', asks: true });
  await writeTo(GROUP.jid, 'm2', { thread: 'other', asks: false });
  lane.wake();
  await settle();
  expect(agent.orders[0]?.context.thread).toBe('asked-here');
});
it('does not begin a turn that waits for a slot once told to stop', async () => {
  const slots = new Slots(1);
  await slots.acquire('message', new AbortController().signal);
  const lane = newLane();
  (lane.deps as { slots: Slots }).slots = slots;
  await startTurn(lane, 'm1');
  void lane.stop();
  slots.release();
  await settle();
  expect(agent.orders).toHaveLength(0);
});
it('openNext failing once is tried again without another message', async () => {
  const lane = newLane();
  await write('m1');
  store.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON turns BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
  );
  lane.wake();
  await settle();
  store.db.exec('DROP TRIGGER full');
  clock.advance(600_000);
  await settle();
  expect(agent.orders).toHaveLength(1);
});
it('a turn whose chat was moved to another folder does not block its old folder', async () => {
  groups = [B];
  const lane = newLane();
  await store.write(() => store.turns.open(aTurn({ id: 'old' }), 0));
  for (const turn of store.turns.running()) lane.resume(turn);
  await settle();
  await writeTo(B.jid, 'b1');
  lane.wake();
  await settle();
  expect(agent.orders).toHaveLength(1);
});

it('a turn whose end is on record is not run again because its agent died right after', async () => {
  const lane = newLane();
  await startTurn(lane, 'm1');
  await agent.say({
    type: 'end',
    outcome: 'done',
    final: { ordinal: 1, text: 'answer' },
    error: null,
    session: null,
    usage: null,
  });
  agent.die();
  await settle();
  clock.advance(5000);
  await settle();
  if (agent.orders.length > 1) await agent.end('answer again');
  expect(replies().map((r) => r.body)).toEqual(['answer']);
});

describe('a turn that our own restarts have interrupted', () => {
  async function resume(attempts: number, ageMs = 0): Promise<void> {
    await write('m1');
    await store.write(() => {
      store.turns.open(aTurn(), clock.now() - ageMs);
      for (let count = 0; count < attempts; count += 1) store.turns.countAttempt('turn1');
    });
    const lane = newLane();
    for (const turn of store.turns.running()) lane.resume(turn);
    await settle();
  }

  it('has lost none of its retries', async () => {
    await resume(8);
    await agent.fail('overloaded');
    clock.advance(5000);
    await settle();
    expect(agent.orders).toHaveLength(2);
    await agent.end('at last');
    expect(replies().map(({ body }) => body)).toEqual(['at last']);
  });

  it('has lost none of them by the model being out of reach while we were away, and waits for nothing', async () => {
    await resume(1);
    await agent.fail('network');
    expect(agent.orders).toHaveLength(2);
    await agent.fail('network');
    expect(agent.orders).toHaveLength(2);
    expect(store.turns.running()).toMatchObject([{ failures: 1 }]);
  });

  it('is gone on with when somebody restarts us many times in a short while', async () => {
    await resume(ATTEMPTS_LIMIT, HOPELESS_AFTER_MS - 1);
    await agent.end('at last');
    expect(replies().map(({ body }) => body)).toEqual(['at last']);
  });

  it('is given up when it has brought us down again and again, and for long', async () => {
    await resume(ATTEMPTS_LIMIT, HOPELESS_AFTER_MS);
    expect({ orders: agent.orders.length, states: turnStates() }).toEqual({ orders: 0, states: ['failed'] });
    expect(replies()).toHaveLength(1);
  });
});

it('a turn whose chat is removed while it waits for its next attempt is not tried again', async () => {
  const lane = newLane();
  await startTurn(lane, 'm1');
  await agent.fail('network');
  const turn = store.turns.runningIn('main');
  if (turn) await lane.deps.turnLog.apply(turn, { type: 'chat_removed' });
  lane.stopTurn();
  await settle();
  clock.advance(600_000);
  await settle();
  expect({ orders: agent.orders.length, states: turnStates(), replies: replies() }).toEqual({
    ...{ orders: 1, states: ['failed'], replies: [] },
  });
});

it('files that come slowly keep no slot from other groups', async () => {
  const lane = newLane();
  lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await startTurn(lane, 'm1');
  await expect(lane.deps.slots.acquire('message', new AbortController().signal)).resolves.toBe(true);
});

it('a turn that is stopped does not wait for its files', async () => {
  const lane = newLane();
  lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await startTurn(lane, 'm1');
  const turn = store.turns.runningIn('main');
  if (turn) await lane.deps.turnLog.apply(turn, { type: 'stop_asked', reason: 'stop' });
  lane.stopTurn();
  await settle();
  expect(turnStates()).toEqual(['stopped']);
});

it('a lane that stops waits for no files, and leaves their turn on record', async () => {
  const lane = newLane();
  lane.deps.inbox.fetch = () => new Promise(() => undefined);
  await startTurn(lane, 'm1');
  await lane.stop();
  expect({ orders: agent.orders.length, states: turnStates() }).toEqual({ orders: 0, states: ['running'] });
});

it('of talk that goes back for months a question takes in the latest thousand messages', async () => {
  await store.write(() => {
    for (let number = 1; number <= 1200; number += 1) {
      const message = aMessage({ id: `c${number}`, text: 'talk' });
      store.journal.touchChat(message);
      store.journal.append(message, { asks: false, isCommand: false });
    }
  });
  await startTurn(newLane(), 'm1');
  const { messages } = agent.orders[0]?.input ?? { messages: [] };
  expect([messages.length, messages[0], messages.at(-1)]).toEqual([1001, '201', '1201']);
  await agent.end('answer');
  expect(store.journal.cursor('local:main')).toBe(1201);
});

describe('a turn that a person wants ended', () => {
  async function ask(lane: Lane, reason: 'stop' | 'reset'): Promise<void> {
    const turn = store.turns.runningIn('main');
    if (turn) await lane.deps.turnLog.apply(turn, { type: 'stop_asked', reason });
    lane.stopTurn();
    await settle();
  }
  const interrupted = { outcome: 'interrupted' } as const;

  it('is interrupted while it runs, keeps what was sent, and the next question is answered', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await agent.say({ type: 'output', ordinal: 1, text: 'half' });
    await ask(lane, 'stop');
    expect(agent.interrupted).toEqual(['turn1']);
    await agent.end(null, interrupted);
    expect({ states: turnStates(), replies: replies().map(({ body }) => body) }).toEqual({
      states: ['stopped'],
      replies: ['half'],
    });
    await startTurn(lane, 'm2');
    expect(agent.orders[1]?.session).toEqual({ id: 's1', lastAssistant: 'a1' });
  });

  it('begins anew after a reset, though its agent names the old session at its end', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await ask(lane, 'reset');
    await agent.end(null, interrupted);
    await startTurn(lane, 'm2');
    expect(agent.orders[1]?.session).toBeNull();
  });

  it('ends at once while it waits for its next attempt', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await agent.fail('network');
    await settle();
    await ask(lane, 'stop');
    expect(turnStates()).toEqual(['stopped']);
    expect(store.journal.cursor('local:main')).toBe(1);
    clock.advance(600_000);
    await settle();
    expect(agent.orders).toHaveLength(1);
  });

  it('ends at once while it waits for a slot, and gives the slot to others', async () => {
    const lane = newLane();
    const signal = new AbortController().signal;
    await lane.deps.slots.acquire('message', signal);
    await startTurn(lane, 'm1');
    await ask(lane, 'stop');
    expect(turnStates()).toEqual(['stopped']);
    lane.deps.slots.release();
    await expect(lane.deps.slots.acquire('message', signal)).resolves.toBe(true);
  });

  it('is not tried again when its agent dies over the interrupt', async () => {
    const lane = newLane();
    await startTurn(lane, 'm1');
    await ask(lane, 'stop');
    agent.die();
    await settle();
    expect(turnStates()).toEqual(['stopped']);
    expect(replies()).toEqual([]);
  });

  it('is not begun again by the next process, whose agent is gone', async () => {
    await write('m1');
    await store.write(() => store.turns.open(aTurn(), 0));
    await store.write(() => store.turns.askStop('turn1', 'stop'));
    const lane = newLane();
    for (const turn of store.turns.running()) lane.resume(turn);
    await settle();
    expect({ orders: agent.orders.length, states: turnStates() }).toEqual({ orders: 0, states: ['stopped'] });
  });

  it('that has nothing left to ask after a crash ends in silence', async () => {
    await write('m1');
    await store.write(() => store.turns.open(aTurn(), 0));
    await store.write(() => store.changes.withdraw('local:main', 'm1'));
    const lane = newLane();
    for (const turn of store.turns.running()) lane.resume(turn);
    await settle();
    expect({ orders: agent.orders.length, states: turnStates() }).toEqual({ orders: 0, states: ['stopped'] });
  });
});
