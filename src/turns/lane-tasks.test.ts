/** A lane with scheduled tasks: whose turn it is, which session, what is said. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { aGroup, aMessage } from '../../tests/fakes/records.ts';
import { fakeRouter } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { SILENT, TaskWorld } from '../../tests/fakes/task-world.ts';
import type { Agent } from '../agents/agent.ts';
import { findWorker } from '../groups/directory.ts';
import type { Group } from '../store/groups.ts';
import { Lane } from './lane.ts';
import { ATTEMPTS_LIMIT, HOPELESS_AFTER_MS } from './retry.ts';
import { Slots, type Urgency } from './slots.ts';

const HOUR_MS = 3_600_000;

let world: TaskWorld;
let agent: FakeAgent;
let groups: Group[];
let urgencies: Urgency[];
let working: boolean[];

beforeEach(() => {
  world = new TaskWorld();
  agent = new FakeAgent();
  groups = [aGroup()];
  urgencies = [];
  working = [];
});

function newLane(folder = 'main'): Lane {
  const slots = new Slots(1);
  const watched: Pick<Slots, 'acquire' | 'release'> = {
    acquire: (urgency, signal) => {
      urgencies.push(urgency);
      return slots.acquire(urgency, signal);
    },
    release: () => slots.release(),
  };
  const { store, clock, turnLog } = world;
  return new Lane(folder, {
    ...{ store, turnLog, clock, groups: () => groups, log: SILENT, slots: watched as Slots },
    workerFor: (name, jid) => findWorker(groups, name, jid),
    agents: {
      obtain: async () => agent as unknown as Agent,
      release: () => undefined,
      isLive: () => false,
      diskExcess: () => null,
    },
    inbox: { fetch: async () => new Map() },
    ...{ ...fakeRouter(), names: ['폴'], timeZone: 'Asia/Seoul' },
    turnLimitMs: 60_000,
    setWorking: (_address, on) => working.push(on),
    deliver: async () => undefined,
    onRecord: () => undefined,
  });
}

async function due(context: 'group' | 'isolated' = 'isolated', thread: string | null = null): Promise<void> {
  const place = { folder: 'main', jid: 'local:main', thread };
  await world.add({ type: 'cron', value: '0 * * * *', prompt: 'look <up> the weather', context }, place);
  await world.pass(HOUR_MS);
}

async function write(id: string): Promise<void> {
  const message = aMessage({ id, text: `text ${id}` });
  await world.store.write(() => {
    world.store.journal.touchChat(message);
    world.store.journal.append(message, { asks: true, isCommand: false });
  });
}

async function wake(lane: Lane): Promise<void> {
  lane.wake();
  await settle();
}

const saved = () => world.store.turns.session('main');
const turnStates = () => world.store.db.prepare('SELECT kind, state FROM turns ORDER BY rowid').raw().all();

describe('a task that is due', () => {
  it('is given to the agent in the place of messages, and answers where it was asked for', async () => {
    await due('isolated', 'T1');
    await wake(newLane());
    expect(agent.orders[0]).toMatchObject({
      context: { jid: 'local:main', thread: 'T1' },
      input: { messages: ['task:task1'] },
      session: null,
    });
    expect(agent.orders[0]?.input.prompt).toContain('look &lt;up&gt; the weather');
    expect(agent.orders[0]?.input.prompt).toContain('2026-01-01 10:00 (Asia/Seoul)');
    await agent.end('sunny');
    expect(world.store.outbox.next('local:main')).toMatchObject({ body: 'sunny', thread: 'T1' });
    expect(world.runs()).toEqual(['2026-01-01T01:00 success']);
    expect({ urgencies, working: working.includes(true) }).toEqual({ urgencies: ['task'], working: false });
  });

  it('may end without a word', async () => {
    await due();
    await wake(newLane());
    await agent.end('<internal>nothing new</internal>');
    expect(world.bodies()).toEqual([]);
    expect(world.runs()).toEqual(['2026-01-01T01:00 success']);
  });

  it('tells its chat when it fails', async () => {
    await due();
    await wake(newLane());
    await agent.fail('auth');
    expect(world.bodies()).toEqual([expect.stringMatching(/task1.*sign in/)]);
    expect(world.runs()).toEqual(['2026-01-01T01:00 failed']);
  });

  it('can be stopped by a person, and that is no failure', async () => {
    await due();
    const lane = newLane();
    await wake(lane);
    const turn = world.store.turns.runningIn('main');
    if (turn) await world.turnLog.apply(turn, { type: 'stop_asked', reason: 'stop' });
    lane.stopTurn();
    await agent.end(null, { outcome: 'interrupted' });
    expect(world.runs()).toEqual(['2026-01-01T01:00 stopped']);
    expect(world.store.tasks.find('task1')?.failures).toBe(0);
  });

  it('leaves the messages’ cursor where it is', async () => {
    await write('m1');
    await due();
    await wake(newLane());
    await agent.end('sunny');
    expect(world.store.journal.cursor('local:main')).toBe(0);
  });
});

describe('an isolated task', () => {
  it('begins a session of its own, and the group’s conversation knows nothing of it', async () => {
    await world.store.write(() => world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }));
    await due();
    await wake(newLane());
    expect(agent.orders[0]?.session).toBeNull();
    await agent.end('sunny');
    expect(saved()).toEqual({ id: 'talk', lastAssistant: 'x' });
  });

  it('takes no message that comes meanwhile: it opens the next turn, in the group’s session', async () => {
    await world.store.write(() => world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }));
    await due();
    const lane = newLane();
    await wake(lane);
    await write('m1');
    await wake(lane);
    expect(agent.offers).toEqual([]);
    await agent.end('sunny');
    expect(agent.orders[1]).toMatchObject({ input: { messages: ['1'] }, session: { id: 'talk' } });
  });

  it('goes on in its own session after a failed attempt', async () => {
    await due();
    await wake(newLane());
    await agent.fail('network');
    await world.pass(5000);
    expect(agent.orders.map((order) => order.session?.id ?? null)).toEqual([null, 's1']);
    expect(saved()).toBeNull();
  });

  it('begins a new one when its own can’t be resumed', async () => {
    await due();
    await wake(newLane());
    await agent.fail('network');
    await world.pass(5000);
    await agent.end(null, { outcome: 'failed', session: null, error: { code: 'stale_session', text: '' } });
    await world.pass(0);
    expect(agent.orders.at(-1)?.session).toBeNull();
  });
});

it('a task of the group’s conversation goes on with its session and leaves it further on', async () => {
  await world.store.write(() => world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }));
  await due('group');
  await wake(newLane());
  expect(agent.orders[0]?.session?.id).toBe('talk');
  await agent.end('sunny', { session: { id: 'talk', lastAssistant: 'y' } });
  expect(saved()).toEqual({ id: 'talk', lastAssistant: 'y' });
});

it('tasks come before messages, but not two in a row while somebody waits', async () => {
  await due();
  await world.add({ type: 'cron', value: '0 2 * * *' });
  await world.pass(HOUR_MS);
  await write('m1');
  await wake(newLane());
  for (let turn = 0; turn < 3; turn += 1) await agent.end('done');
  expect(agent.orders.map((order) => order.input.messages[0])).toEqual(['task:task1', '1', 'task:task2']);
});

it('a run that waited while its chat was removed is dropped, and its task cancelled', async () => {
  await due();
  groups = [aGroup({ jid: 'local:other' })];
  await wake(newLane());
  expect(agent.orders).toEqual([]);
  expect(world.runs()).toEqual(['2026-01-01T01:00 cancelled']);
  expect(world.store.tasks.find('task1')?.status).toBe('cancelled');
});

it('a run in the middle of which its chat was removed cancels its task', async () => {
  await due();
  const lane = newLane();
  await wake(lane);
  groups = [];
  const successor = newLane();
  for (const turn of world.store.turns.running()) successor.resume(turn);
  await settle();
  expect(world.runs()).toEqual(['2026-01-01T01:00 failed']);
  expect(world.store.tasks.find('task1')?.status).toBe('cancelled');
});

describe('a task that restarts us', () => {
  async function restart(): Promise<void> {
    agent = new FakeAgent();
    const lane = newLane();
    for (const turn of world.store.turns.running()) lane.resume(turn);
    await settle();
  }

  it('is gone on with as the same run, and told that it was interrupted', async () => {
    await due();
    await wake(newLane());
    await agent.say({ type: 'output', ordinal: 1, text: 'restarting' });
    await restart();
    expect(agent.orders[0]).toMatchObject({ firstOrdinal: 2, input: { messages: ['task:task1'] } });
    expect(agent.orders[0]?.input.prompt).toContain('replies-sent="1"');
    await agent.end('back again');
    expect(world.bodies()).toEqual(['restarting', 'back again']);
    expect(turnStates()).toEqual([['isolated_task', 'answered']]);
    expect(world.runs()).toEqual(['2026-01-01T01:00 success']);
  });

  it('is given up when it does so again and again', async () => {
    await due();
    await wake(newLane());
    for (let start = 1; start < ATTEMPTS_LIMIT; start += 1) await restart();
    world.clock.advance(HOPELESS_AFTER_MS);
    await restart();
    expect(agent.orders).toEqual([]);
    expect(world.runs()).toEqual(['2026-01-01T01:00 failed']);
    expect(world.bodies()[0]).toContain('task1');
  });
});

describe('work that the main group hands over', () => {
  const asker = { folder: 'main', jid: 'local:main', thread: 'T1' };
  beforeEach(async () => {
    groups = [aGroup(), aGroup({ jid: 'C1', name: 'the team', folder: 'team' })];
    await world.store.write(() => world.desk.handOver('what is <planned>?', 'team', asker));
  });

  it('is done by the other group’s agent in its own conversation, and the answer goes to the asker', async () => {
    await world.store.write(() =>
      world.store.turns.saveSession('team', { id: 'of-team', lastAssistant: 'x' }),
    );
    await wake(newLane('team'));
    expect(agent.orders[0]).toMatchObject({
      context: { folder: 'team', jid: 'local:main', thread: 'T1' },
      session: { id: 'of-team' },
    });
    expect(agent.orders[0]?.input.prompt).toMatch(
      /^<handed-over from="the main chat".*\nwhat is &lt;planned&gt;/,
    );
    await agent.end('the team: nothing');
    expect(world.store.outbox.next('local:main')).toMatchObject({ body: 'the team: nothing', thread: 'T1' });
    expect(world.store.tasks.find('task1')?.status).toBe('completed');
  });

  it('is taken up again after a crash', async () => {
    await wake(newLane('team'));
    const turn = world.store.turns.runningIn('team');
    const lane = newLane('team');
    if (turn) lane.resume(turn);
    await settle();
    expect(agent.orders).toHaveLength(2);
    expect(agent.orders[1]?.context.turn).toBe(turn?.id);
  });

  it('is dropped when the asker’s chat is gone', async () => {
    groups = groups.filter(({ folder }) => folder === 'team');
    await wake(newLane('team'));
    expect(agent.orders).toEqual([]);
    expect(world.store.tasks.find('task1')?.status).toBe('cancelled');
  });

  it('is never the way for one group into the chat of another that is not main', async () => {
    groups = [aGroup({ folder: 'other' }), aGroup({ jid: 'C1', folder: 'team' })];
    await wake(newLane('team'));
    expect(agent.orders).toEqual([]);
  });
});
