/** The agent is told what the light model said in its name: once a session, whatever becomes of the attempt. */
import { beforeEach, expect, it } from 'vitest';
import { GROUP, LightWorld } from '../../tests/fakes/light-world.ts';
import { aTask, aTurn } from '../../tests/fakes/records.ts';
import { lightAnswer } from '../../tests/fakes/router.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { forgetConversation } from './turn-log.ts';

const ASKS_AGENT = '회의 몇 시야?';
const TOLD = 'answered-in-your-name';

let world: LightWorld;
beforeEach(() => {
  world = new LightWorld();
});

async function lightTurn(text = '안녕'): Promise<void> {
  await world.ask(text);
  await world.say(lightAnswer('Hello!'));
}

/** The attempt fails, with the session at this point; the wait is over. */
async function failAt(lastAssistant: string): Promise<void> {
  const error = { code: 'network', text: '' } as const;
  await world.agent.end(null, { outcome: 'failed', error, session: { id: 's1', lastAssistant } });
  world.clock.advance(60_000);
  await settle();
}

it('with the talk around it, before its next messages, and not again', async () => {
  await world.write('the meeting is at three', {}, false);
  await lightTurn();
  await world.ask(ASKS_AGENT);
  expect(world.prompt()).toMatch(
    /^<answered-in-your-name>[\s\S]*at three[\s\S]*안녕[\s\S]*<answer>Hello![\s\S]*<\/answered-in-your-name>\n<messages>/,
  );
  await world.agent.end('at three');
  await world.ask('내일 일정은?');
  expect(world.prompt()).not.toContain(TOLD);
});

it('without what was deleted since', async () => {
  await lightTurn();
  await world.store.write(() => world.store.changes.withdraw(GROUP.jid, `${world.clock.now()} 안녕`));
  await world.ask(ASKS_AGENT);
  expect(world.prompt()).toContain('<answer>Hello!');
  expect(world.prompt()).not.toContain('안녕');
});

it('again while its session has not moved on, and not once it has', async () => {
  await world.store.write(() => world.store.turns.saveSession('main', { id: 's1', lastAssistant: 'a0' }));
  await lightTurn();
  await world.ask(ASKS_AGENT);
  await failAt('a0');
  expect(world.prompt()).toContain('<answer>Hello!');
  await failAt('a1');
  expect(world.agent.orders).toHaveLength(3);
  expect(world.prompt()).not.toContain(TOLD);
});

it('again by a later process, when the one that told it died before its end', async () => {
  await lightTurn();
  await world.ask(ASKS_AGENT);
  await world.succeed();
  expect(world.prompt()).toMatch(/<answer>Hello![\s\S]*<interrupted/);
  await world.agent.end('at three');
  expect(world.store.lightHistory.untold('main')).toEqual([]);
});

it('not when the conversation was begun anew', async () => {
  await lightTurn();
  await world.store.write(() => forgetConversation(world.store, 'main'));
  await world.ask(ASKS_AGENT);
  expect(world.prompt()).not.toContain(TOLD);
});

it.each([
  ['group', true],
  ['isolated', false],
] as const)('also by a task in the %s session: %s', async (context, expected) => {
  await lightTurn();
  const { tasks } = world.store;
  await world.store.write(() => {
    tasks.save(aTask({ context }));
    tasks.addRun({ taskId: 'task1', dueAt: null, runAt: '2026-01-01T00:00:00.000Z', status: 'queued' });
  });
  world.lane.wake();
  await settle();
  expect(world.prompt().includes(TOLD)).toBe(expected);
  await world.agent.end('done');
  expect(world.store.lightHistory.untold('main')).toHaveLength(expected ? 0 : 1);
});

it('of many, the newest hundred', async () => {
  const { store } = world;
  await store.write(() => {
    for (let count = 0; count < 102; count += 1) {
      store.turns.recordClosed(aTurn({ id: `t${count}` }), 0);
      store.lightHistory.note('main', `t${count}`, 0);
    }
  });
  expect(store.lightHistory.untold('main')).toHaveLength(100);
});
