/** What a chat hears of a turn that takes long. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DOINGS } from '../../contracts/link.ts';
import { FakeAgent } from '../../tests/fakes/agent.ts';
import { GROUP, LaneWorld } from '../../tests/fakes/lane-world.ts';
import { stillAtWork } from './notices.ts';

const MINUTE = 60_000;

let world: LaneWorld;
beforeEach(() => {
  world = newWorld(2 * MINUTE);
});

function newWorld(progressAfterMs: number): LaneWorld {
  const made = new LaneWorld();
  Object.assign(made, { progressAfterMs, turnLimitMs: 24 * 60 * MINUTE });
  made.lane = made.newLane();
  return made;
}

/** Minutes after which something new was said, looked at once a minute. */
async function minutesOfWords(minutes: number): Promise<number[]> {
  const found: number[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const before = world.bodies().length;
    await world.pass(MINUTE);
    await world.deliverAll();
    if (world.bodies().length > before) found.push(minute);
  }
  return found;
}

describe('a chat whose turn takes long', () => {
  it('is told that it is worked on, and on what kind of thing, each time after twice the wait', async () => {
    await world.startTurn('m1');
    world.agent.doing = 'command';
    expect(await minutesOfWords(32)).toEqual([2, 6, 14, 30]);
    expect(world.replies()[1]).toEqual({
      key: 'turn1.-2',
      body: '⏳ Still at work on this after 6 minutes: I am running a command.',
    });
  });

  it('is told nothing after the answer', async () => {
    await world.startTurn('m1');
    await minutesOfWords(3);
    await world.agent.end('the answer');
    expect(await minutesOfWords(60)).toEqual([]);
    expect(world.bodies().at(-1)).toBe('the answer');
    expect(world.replies().at(-1)?.key).toBe('turn1.1');
  });

  it('is told nothing when the answer comes in the same moment', async () => {
    await world.startTurn('m1');
    const ended = world.agent.end('the answer');
    world.clock.advance(2 * MINUTE);
    await ended;
    expect(world.bodies()).toEqual(['the answer']);
  });

  it('is told nothing while the agent itself speaks often enough', async () => {
    await world.startTurn('m1');
    await minutesOfWords(1);
    await world.agent.say({ type: 'output', ordinal: 1, text: 'half' });
    expect(await minutesOfWords(3)).toEqual([2]);
  });

  it('is told nothing of a turn that somebody has stopped', async () => {
    await world.startTurn('m1');
    await world.askToEnd('stop');
    expect(await minutesOfWords(10)).toEqual([]);
  });

  it('is told nothing while its platform takes nothing, so that old news do not pile up', async () => {
    await world.startTurn('m1');
    await world.pass(60 * MINUTE);
    expect(world.bodies()).toHaveLength(1);
  });

  it('is told nothing where that is switched off', async () => {
    world = newWorld(0);
    await world.startTurn('m1');
    expect(await minutesOfWords(60)).toEqual([]);
  });

  it('hears no more often after a crash: the next process waits, and counts on', async () => {
    await world.startTurn('m1');
    await minutesOfWords(3);
    world.agent = new FakeAgent();
    await world.succeed();
    expect(world.agent.orders[0]?.firstOrdinal).toBe(1);
    expect(world.agent.orders[0]?.input.prompt).toContain('replies-sent="0"');
    expect(await minutesOfWords(5)).toEqual([4]);
    expect(world.replies().map(({ key }) => key)).toEqual(['turn1.-1', 'turn1.-2']);
  });

  it('is still told when a turn ends without a word', async () => {
    await world.startTurn('m1');
    await minutesOfWords(3);
    await world.agent.end(null);
    expect(world.bodies().at(-1)).toContain('nothing to say');
  });

  it('hears of it all the same when the wall clock is set back', async () => {
    await world.startTurn('m1');
    world.clock.set(-MINUTE);
    expect(await minutesOfWords(4)).toEqual([3]);
  });

  it('gets its answer although the store does not take the word of progress', async () => {
    await world.startTurn('m1');
    world.fillUp('outbox');
    await world.pass(2 * MINUTE);
    world.makeRoom();
    await world.agent.end('the answer');
    expect(world.bodies()).toEqual(['the answer']);
  });
});

it('nothing of what an agent says of progress counts as its talk', async () => {
  await world.startTurn('m1');
  await minutesOfWords(3);
  expect(world.store.talk.replied(GROUP.jid, 10)).toEqual([]);
});

describe('the words', () => {
  it.each([...DOINGS, null])('are whole sentences in both languages: %s', (doing) => {
    expect(stillAtWork(doing, 2 * MINUTE, 'en')).toMatch(
      /^⏳ Still at work on this after 2 minutes(: \S.*)?\.$/,
    );
    expect(stillAtWork(doing, 2 * MINUTE, 'ko')).toMatch(/^⏳ 2분째 작업 중입니다(: \S.*니다)?\.$/);
  });

  it('know one minute from several', () => {
    expect(stillAtWork(null, 20_000, 'en')).toBe('⏳ Still at work on this after 1 minute.');
  });
});
