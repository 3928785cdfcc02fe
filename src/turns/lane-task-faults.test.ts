/** Tasks of a lane whose chat is gone, that restart us, or that another group handed over. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { aGroup } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { TaskLane } from '../../tests/fakes/task-lane.ts';
import { ATTEMPTS_LIMIT, HOPELESS_AFTER_MS } from './retry.ts';

let t: TaskLane;
beforeEach(() => {
  t = new TaskLane();
});

it('a run that waited while its chat was removed is dropped, and its task cancelled', async () => {
  await t.due();
  t.groups = [aGroup({ jid: 'local:other' })];
  await t.wake(t.newLane());
  expect(t.agent.orders).toEqual([]);
  expect(t.world.runs()).toEqual(['2026-01-01T01:00 cancelled']);
  expect(t.world.store.tasks.find('task1')?.status).toBe('cancelled');
});

it('a run in the middle of which its chat was removed cancels its task', async () => {
  await t.due();
  const lane = t.newLane();
  await t.wake(lane);
  t.groups = [];
  const successor = t.newLane();
  for (const turn of t.world.store.turns.running()) successor.resume(turn);
  await settle();
  expect(t.world.runs()).toEqual(['2026-01-01T01:00 failed']);
  expect(t.world.store.tasks.find('task1')?.status).toBe('cancelled');
});

describe('a task that restarts us', () => {
  async function restart(): Promise<void> {
    t.agent = new FakeAgent();
    const lane = t.newLane();
    for (const turn of t.world.store.turns.running()) lane.resume(turn);
    await settle();
  }

  it('is gone on with as the same run, and told that it was interrupted', async () => {
    await t.due();
    await t.wake(t.newLane());
    await t.agent.say({ type: 'output', ordinal: 1, text: 'restarting' });
    await restart();
    expect(t.agent.orders[0]).toMatchObject({ firstOrdinal: 2, input: { messages: ['task:task1'] } });
    expect(t.agent.orders[0]?.input.prompt).toContain('replies-sent="1"');
    await t.agent.end('back again');
    expect(t.world.bodies()).toEqual(['restarting', 'back again']);
    expect(t.turnStates()).toEqual([['isolated_task', 'answered']]);
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 success']);
  });

  it('is given up when it does so again and again', async () => {
    await t.due();
    await t.wake(t.newLane());
    for (let start = 1; start < ATTEMPTS_LIMIT; start += 1) await restart();
    t.world.clock.advance(HOPELESS_AFTER_MS);
    await restart();
    expect(t.agent.orders).toEqual([]);
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 failed']);
    expect(t.world.bodies()[0]).toContain('task1');
  });
});

describe('work that the main group hands over', () => {
  const asker = { folder: 'main', jid: 'local:main', thread: 'T1' };
  beforeEach(async () => {
    t.groups = [aGroup(), aGroup({ jid: 'C1', name: 'the team', folder: 'team' })];
    await t.world.store.write(() => t.world.desk.handOver('what is <planned>?', 'team', asker));
  });

  it('is done by the other group’s agent in its own conversation, and the answer goes to the asker', async () => {
    await t.world.store.write(() =>
      t.world.store.turns.saveSession('team', { id: 'of-team', lastAssistant: 'x' }),
    );
    await t.wake(t.newLane('team'));
    expect(t.agent.orders[0]).toMatchObject({
      context: { folder: 'team', jid: 'local:main', thread: 'T1' },
      session: { id: 'of-team' },
    });
    expect(t.agent.orders[0]?.input.prompt).toMatch(
      /^<handed-over from="the main chat".*\nwhat is &lt;planned&gt;/,
    );
    await t.agent.end('the team: nothing');
    expect(t.world.store.outbox.next('local:main')).toMatchObject({
      body: 'the team: nothing',
      thread: 'T1',
    });
    expect(t.world.store.tasks.find('task1')?.status).toBe('completed');
  });

  it('is taken up again after a crash', async () => {
    await t.wake(t.newLane('team'));
    const turn = t.world.store.turns.runningIn('team');
    const lane = t.newLane('team');
    if (turn) lane.resume(turn);
    await settle();
    expect(t.agent.orders).toHaveLength(2);
    expect(t.agent.orders[1]?.context.turn).toBe(turn?.id);
  });

  it('is dropped when the asker’s chat is gone', async () => {
    t.groups = t.groups.filter(({ folder }) => folder === 'team');
    await t.wake(t.newLane('team'));
    expect(t.agent.orders).toEqual([]);
    expect(t.world.store.tasks.find('task1')?.status).toBe('cancelled');
  });

  it('is never the way for one group into the chat of another that is not main', async () => {
    t.groups = [aGroup({ folder: 'other' }), aGroup({ jid: 'C1', folder: 'team' })];
    await t.wake(t.newLane('team'));
    expect(t.agent.orders).toEqual([]);
  });
});
