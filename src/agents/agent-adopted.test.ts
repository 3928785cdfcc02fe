/** What a later orchestrator process makes of an agent that goes on with the turn of a former one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentLinkWorld, collect, END, ORDER } from '../../tests/fakes/agent-link-world.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { TestRunner } from '../../tests/fakes/test-runner.ts';

let world: AgentLinkWorld;
beforeEach(() => {
  world = new AgentLinkWorld();
});
afterEach(() => world.close());

describe('an agent that outlived the orchestrator', () => {
  /** A runner that has spoken with a former orchestrator process, which acknowledged its first frame. */
  function survivor(): TestRunner {
    const runner = new TestRunner(world.path, 'r1');
    runner.sequence.connected({ epoch: 'former host', received: 0, acknowledged: 0 });
    runner.say({ type: 'ready' });
    runner.sequence.acknowledged(1);
    return runner;
  }

  it('goes on with the turn it is in the middle of, without being given it again', async () => {
    const agent = await world.newAgent('adopted');
    const { sink, types } = collect();
    const over = agent.run(ORDER, sink);
    const runner = survivor();
    runner.dial('t1');
    await runner.until('welcome');
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    expect(types()).toEqual(['end']);
    expect(runner.frames.some((frame) => frame.type === 'turn')).toBe(false);
    runner.hangUp();
  });

  it('hands over an end that was never acknowledged, also when it dials before the turn is taken up', async () => {
    const agent = await world.newAgent('adopted');
    const runner = survivor();
    runner.say({ type: 'output', turn: 't1', ordinal: 1, text: 'one' });
    runner.say(END);
    runner.dial(null);
    await runner.until('welcome');
    await settle();
    const { sink, types } = collect();
    await expect(agent.run(ORDER, sink)).resolves.toMatchObject({ kind: 'ended' });
    expect(types()).toEqual(['output', 'end']);
    expect(runner.frames.some((frame) => frame.type === 'turn')).toBe(false);
    runner.hangUp();
  });

  it('is given the turn again when it never got it', async () => {
    const agent = await world.newAgent('adopted');
    const runner = survivor();
    const over = agent.run(ORDER, async () => undefined);
    runner.dial(null);
    await runner.until('turn');
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    runner.hangUp();
  });

  it('is stopped when it does not dial in time', async () => {
    const agent = await world.newAgent('adopted');
    const over = agent.run(ORDER, async () => undefined);
    await settle();
    world.clock.advance(10_000);
    await expect(over).resolves.toMatchObject({ kind: 'gone' });
    expect(world.stopped).toBe(1);
  });
});

it('keeps the request of an adopted agent until its turn is taken up', async () => {
  const agent = await world.newAgent('adopted');
  const runner = new TestRunner(world.path, 'r1');
  runner.sequence.connected({ epoch: 'former host', received: 0, acknowledged: 0 });
  runner.say({ type: 'request', id: 'tool1', session: 's', tool: 'send_message', args: {} });
  runner.dial('t1');
  await runner.until('welcome');
  await settle();
  void agent.run(ORDER, async () => undefined);
  expect(await runner.until('response')).toMatchObject([{ id: 'tool1', ok: true }]);
  runner.hangUp();
});

it('offers nothing to an adopted agent before its turn has begun: it would drop what comes first', async () => {
  const agent = await world.newAgent('adopted');
  void agent.run(ORDER, async () => undefined);
  agent.offer('t1', { messages: ['2'], prompt: 'more' });
  const runner = new TestRunner(world.path, 'runner1');
  runner.dial();
  await runner.until('offer');
  const work = runner.frames.map(({ type }) => type).filter((type) => type === 'turn' || type === 'offer');
  expect(work).toEqual(['turn', 'offer']);
});
