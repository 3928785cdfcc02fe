/** A lane with scheduled tasks: whose turn it is, which session, what is said. */
import { beforeEach, describe, expect, it } from 'vitest';
import { TaskLane } from '../../tests/fakes/task-lane.ts';

let t: TaskLane;
beforeEach(() => {
  t = new TaskLane();
});

describe('a task that is due', () => {
  it('is given to the agent in the place of messages, and answers where it was asked for', async () => {
    await t.due('isolated', 'T1');
    await t.wake(t.newLane());
    expect(t.agent.orders[0]).toMatchObject({
      context: { jid: 'local:main', thread: 'T1' },
      input: { messages: ['task:task1'] },
      session: null,
    });
    expect(t.agent.orders[0]?.input.prompt).toContain('look &lt;up&gt; the weather');
    expect(t.agent.orders[0]?.input.prompt).toContain('2026-01-01 10:00 (Asia/Seoul)');
    await t.agent.end('sunny');
    expect(t.world.store.outbox.next('local:main')).toMatchObject({ body: 'sunny', thread: 'T1' });
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 success']);
    expect({ urgencies: t.urgencies, working: t.working.includes(true) }).toEqual({
      urgencies: ['task'],
      working: false,
    });
  });

  it('may end without a word', async () => {
    await t.due();
    await t.wake(t.newLane());
    await t.agent.end('<internal>nothing new</internal>');
    expect(t.world.bodies()).toEqual([]);
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 success']);
  });

  it('tells its chat when it fails', async () => {
    await t.due();
    await t.wake(t.newLane());
    await t.agent.fail('auth');
    expect(t.world.bodies()).toEqual([expect.stringMatching(/task1.*sign in/)]);
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 failed']);
  });

  it('can be stopped by a person, and that is no failure', async () => {
    await t.due();
    const lane = t.newLane();
    await t.wake(lane);
    const turn = t.world.store.turns.runningIn('main');
    if (turn) await t.world.turnLog.apply(turn, { type: 'stop_asked', reason: 'stop' });
    lane.stopTurn();
    await t.agent.end(null, { outcome: 'interrupted' });
    expect(t.world.runs()).toEqual(['2026-01-01T01:00 stopped']);
    expect(t.world.store.tasks.find('task1')?.failures).toBe(0);
  });

  it('leaves the messages’ cursor where it is', async () => {
    await t.write('m1');
    await t.due();
    await t.wake(t.newLane());
    await t.agent.end('sunny');
    expect(t.world.store.journal.cursor('local:main')).toBe(0);
  });
});

describe('an isolated task', () => {
  it('begins a session of its own, and the group’s conversation knows nothing of it', async () => {
    await t.world.store.write(() =>
      t.world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }),
    );
    await t.due();
    await t.wake(t.newLane());
    expect(t.agent.orders[0]?.session).toBeNull();
    await t.agent.end('sunny');
    expect(t.saved()).toEqual({ id: 'talk', lastAssistant: 'x' });
  });

  it('takes no message that comes meanwhile: it opens the next turn, in the group’s session', async () => {
    await t.world.store.write(() =>
      t.world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }),
    );
    await t.due();
    const lane = t.newLane();
    await t.wake(lane);
    await t.write('m1');
    await t.wake(lane);
    expect(t.agent.offers).toEqual([]);
    await t.agent.end('sunny');
    expect(t.agent.orders[1]).toMatchObject({ input: { messages: ['1'] }, session: { id: 'talk' } });
  });

  it('goes on in its own session after a failed attempt', async () => {
    await t.due();
    await t.wake(t.newLane());
    await t.agent.fail('network');
    await t.world.pass(5000);
    expect(t.agent.orders.map((order) => order.session?.id ?? null)).toEqual([null, 's1']);
    expect(t.saved()).toBeNull();
  });

  it('begins a new one when its own can’t be resumed', async () => {
    await t.due();
    await t.wake(t.newLane());
    await t.agent.fail('network');
    await t.world.pass(5000);
    await t.agent.end(null, { outcome: 'failed', session: null, error: { code: 'stale_session', text: '' } });
    await t.world.pass(0);
    expect(t.agent.orders.at(-1)?.session).toBeNull();
  });
});

it('a task of the group’s conversation goes on with its session and leaves it further on', async () => {
  await t.world.store.write(() =>
    t.world.store.turns.saveSession('main', { id: 'talk', lastAssistant: 'x' }),
  );
  await t.due('group');
  await t.wake(t.newLane());
  expect(t.agent.orders[0]?.session?.id).toBe('talk');
  await t.agent.end('sunny', { session: { id: 'talk', lastAssistant: 'y' } });
  expect(t.saved()).toEqual({ id: 'talk', lastAssistant: 'y' });
});

it('tasks come before messages, but not two in a row while somebody waits', async () => {
  await t.due();
  await t.world.add({ type: 'cron', value: '0 2 * * *' });
  await t.world.pass(3_600_000);
  await t.write('m1');
  await t.wake(t.newLane());
  for (let turn = 0; turn < 3; turn += 1) await t.agent.end('done');
  expect(t.agent.orders.map((order) => order.input.messages[0])).toEqual(['task:task1', '1', 'task:task2']);
});
