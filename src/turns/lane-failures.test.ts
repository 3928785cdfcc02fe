/** What a lane does when a turn fails: which failures are tried again, and what the chat is told. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { GROUP, LaneWorld } from '../../tests/fakes/lane-world.ts';
import { aTurn } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { DiskRefusedError } from '../agents/disk/disk-watch.ts';
import { ATTEMPTS_LIMIT, HOPELESS_AFTER_MS } from './retry.ts';

let world: LaneWorld;
beforeEach(() => {
  world = new LaneWorld();
});

describe('a lane', () => {
  it('says so when a turn ends without a word', async () => {
    await world.startTurn('m1');
    await world.agent.end('<internal>nothing to tell</internal>');
    expect(world.replies()[0]?.body).toContain('nothing to say');
  });

  it.each([
    ['a full folder of its own', 'disk_quota', false, 'failed', /folder for this chat is full/],
    ['a disk that is nearly full', 'disk_low', false, 'running', null],
    ['Claude Code that does nothing', 'stuck', false, 'running', null],
    ['its damaged program', 'broken_runner', false, 'running', null],
    ['the limit of its turn', 'timeout', false, 'failed', /longer than I am allowed/],
    ['its memory limit', null, true, 'running', null],
  ] as const)('when %s stopped its agent, goes on as fits', async (_why, cause, oom, state, told) => {
    await world.startTurn('m1');
    world.agent.die(cause, oom);
    await settle();
    expect(world.states()).toEqual([state]);
    expect(world.bodies()).toEqual(told ? [expect.stringMatching(told)] : []);
  });

  it('takes what an agent was stopped for as the reason, whatever it says of itself in the end', async () => {
    await world.startTurn('m1');
    world.agent.cause = 'disk_quota';
    await world.agent.fail('crashed');
    expect(world.replies()[0]?.body).toContain('folder for this chat is full');
  });

  it('is not begun for a group whose folder is far above its limit, and the chat is told', async () => {
    world.startError = new DiskRefusedError('disk_quota', 'too much');
    await world.startTurn('m1');
    expect(world.agent.orders).toEqual([]);
    expect(world.replies()[0]?.body).toContain('folder for this chat is full');
  });

  it('tells an agent whose folder is above its limit', async () => {
    world.excess = { used: 52 * 1024 ** 2, limit: 50 * 1024 ** 2 };
    await world.startTurn('m1');
    expect(world.agent.orders[0]?.input.prompt).toMatch(/^<folder-full used-mb="52" limit-mb="50">/);
  });

  it.each([
    ['gone', 'My workspace kept failing'],
    ['start_failed', 'I could not start my workspace'],
    ['overloaded', 'The model is overloaded'],
    ['disk_low', 'The disk I work on is nearly full'],
  ] as const)(
    'tries again after 5 s, 10 s, … when it fails by %s, then tells the chat: %s',
    async (how, words) => {
      if (how === 'start_failed') world.startError = new Error('no engine');
      const failOnce = async () => {
        if (how === 'gone') world.agent.die();
        if (how === 'disk_low') world.agent.die('disk_low');
        if (how === 'overloaded') await world.agent.fail('overloaded');
        await settle();
      };
      await world.startTurn('m1');
      for (const seconds of [5, 10, 20, 40, 80]) {
        await failOnce();
        expect(world.states()).toEqual(['running']);
        await world.pass(seconds * 1000);
      }
      await failOnce();
      expect(world.states()).toEqual(['failed']);
      expect(world.replies()).toEqual([{ key: 'turn1.1', body: expect.stringContaining(words) }]);
      expect(world.store.journal.cursor(GROUP.jid)).toBe(1);
    },
  );

  it('tells the chat at once when trying again cannot help', async () => {
    await world.startTurn('m1');
    await world.agent.fail('auth');
    expect(world.agent.orders).toHaveLength(1);
    expect(world.replies()[0]?.body).toContain('sign in');
  });

  it('drops a stale session and tries once more without it', async () => {
    await world.store.write(() => world.store.turns.saveSession('main', { id: 'old', lastAssistant: 'x' }));
    await world.startTurn('m1');
    await world.agent.end(null, {
      outcome: 'failed',
      session: null,
      error: { code: 'stale_session', text: '' },
    });
    await world.pass(0);
    expect(world.agent.orders.map((order) => order.session?.id ?? null)).toEqual(['old', null]);
  });

  it('goes back to where the turn found its session when Claude Code was killed before it wrote its last words', async () => {
    const found = { id: 'old', lastAssistant: 'x' };
    await world.store.write(() => world.store.turns.saveSession('main', found));
    await world.startTurn('m1');
    const unwritten = { id: 'old', lastAssistant: 'y' };
    await world.agent.end(null, {
      outcome: 'failed',
      session: unwritten,
      error: { code: 'crashed', text: '' },
    });
    await world.pass(5000);
    const refused = { outcome: 'failed', session: null, error: { code: 'stale_session', text: '' } } as const;
    await world.agent.end(null, refused);
    await world.pass(0);
    await world.agent.end(null, refused);
    await world.pass(0);
    expect(world.agent.orders.map(({ session }) => session)).toEqual([found, unwritten, found, null]);
  });

  it('stops an agent that works past the limit and tells the chat', async () => {
    await world.startTurn('m1');
    await world.pass(60_000);
    expect(world.agent.stopped).toBe(true);
    expect(world.states()).toEqual(['failed']);
  });

  it('goes on after a crash with the same turn: replies on record stay, the next ordinal follows, the agent is told', async () => {
    await world.startTurn('m1');
    await world.agent.say({ type: 'output', ordinal: 1, text: 'first half' });
    world.agent = new FakeAgent();
    await world.succeed();
    expect(world.agent.orders).toMatchObject([
      { context: { turn: 'turn1' }, firstOrdinal: 2, input: { messages: ['1'] } },
    ]);
    expect(world.agent.orders[0]?.input.prompt).toContain('replies-sent="1"');
    await world.agent.end('second half');
    expect(world.replies().map((reply) => reply.key)).toEqual(['turn1.1', 'turn1.2']);
  });
});

it('an end that comes while the timed-out agent is being stopped is the answer, not a timeout', async () => {
  world.agent.kill = async () => {
    world.agent.stopped = true;
  };
  await world.startTurn('m1');
  await world.pass(60_000);
  await world.agent.end('done just in time');
  await settle();
  expect({ r: world.bodies(), s: world.states() }).toEqual({
    r: ['done just in time'],
    s: ['answered'],
  });
});

it('goes on with the turn after the store failed to record its failure', async () => {
  await world.startTurn('m1');
  world.fillUp('outbox');
  await world.agent.fail('auth');
  await settle();
  world.makeRoom();
  await world.startTurn('m2');
  await world.pass(600_000);
  expect(world.agent.orders.length).toBeGreaterThan(1);
});

it('openNext failing once is tried again without another message', async () => {
  await world.write('m1');
  world.fillUp('turns');
  await world.wake();
  world.makeRoom();
  await world.pass(600_000);
  expect(world.agent.orders).toHaveLength(1);
});

it('a turn whose end is on record is not run again because its agent died right after', async () => {
  await world.startTurn('m1');
  await world.agent.say({
    type: 'end',
    outcome: 'done',
    final: { ordinal: 1, text: 'answer' },
    error: null,
    session: null,
    usage: null,
  });
  world.agent.die();
  await settle();
  await world.pass(5000);
  if (world.agent.orders.length > 1) await world.agent.end('answer again');
  expect(world.bodies()).toEqual(['answer']);
});

describe('a turn that our own restarts have interrupted', () => {
  async function resume(attempts: number, ageMs = 0): Promise<void> {
    await world.write('m1');
    await world.store.write(() => {
      world.store.turns.open(aTurn(), world.clock.now() - ageMs);
      for (let count = 0; count < attempts; count += 1) world.store.turns.countAttempt('turn1');
    });
    await world.succeed();
  }

  it('has lost none of its retries', async () => {
    await resume(8);
    await world.agent.fail('overloaded');
    await world.pass(5000);
    expect(world.agent.orders).toHaveLength(2);
    await world.agent.end('at last');
    expect(world.bodies()).toEqual(['at last']);
  });

  it('has lost none of them by the model being out of reach while we were away, and waits for nothing', async () => {
    await resume(1);
    await world.agent.fail('network');
    expect(world.agent.orders).toHaveLength(2);
    await world.agent.fail('network');
    expect(world.agent.orders).toHaveLength(2);
    expect(world.store.turns.running()).toMatchObject([{ failures: 1 }]);
  });

  it('is gone on with when somebody restarts us many times in a short while', async () => {
    await resume(ATTEMPTS_LIMIT, HOPELESS_AFTER_MS - 1);
    await world.agent.end('at last');
    expect(world.bodies()).toEqual(['at last']);
  });

  it('is given up when it has brought us down again and again, and for long', async () => {
    await resume(ATTEMPTS_LIMIT, HOPELESS_AFTER_MS);
    expect({ orders: world.agent.orders.length, states: world.states() }).toEqual({
      orders: 0,
      states: ['failed'],
    });
    expect(world.replies()).toHaveLength(1);
  });
});

it('a turn whose chat is removed while it waits for its next attempt is not tried again', async () => {
  await world.startTurn('m1');
  await world.agent.fail('network');
  const turn = world.store.turns.runningIn('main');
  if (turn) await world.lane.deps.turnLog.apply(turn, { type: 'chat_removed' });
  world.lane.stopTurn();
  await settle();
  await world.pass(600_000);
  expect({ orders: world.agent.orders.length, states: world.states(), replies: world.replies() }).toEqual({
    ...{ orders: 1, states: ['failed'], replies: [] },
  });
});
