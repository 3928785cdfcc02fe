import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentLinkWorld, collect, END, ORDER } from '../../tests/fakes/agent-link-world.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { TestRunner } from '../../tests/fakes/test-runner.ts';
import { PULSE_LIMIT_MS } from './hang-watch.ts';

let world: AgentLinkWorld;
beforeEach(() => {
  world = new AgentLinkWorld();
});
afterEach(() => world.close());

it.each([
  ['new', 1, null, 'broken_runner'],
  ['new', 0, null, 'broken_runner'],
  ['new', 143, 'SIGTERM', null],
  ['new', null, null, null],
  ['adopted', 1, null, null],
] as const)(
  '%s, gone with code %s and signal %s before it came: told as %s',
  async (mode, code, signal, cause) => {
    const agent = await world.newAgent(mode);
    expect(agent.causeOf({ code, signal, oomKilled: false, detail: '' })).toBe(cause);
  },
);

describe('an agent over its link', () => {
  it('gives the turn to a runner that dials later, and hands its frames on until the end', async () => {
    const agent = await world.newAgent('new');
    const { sink, types } = collect();
    const over = agent.run(ORDER, sink);
    const runner = new TestRunner(world.path, 'r1');
    runner.dial();
    await runner.until('turn');
    runner.say({ type: 'output', turn: 't1', ordinal: 1, text: 'one' });
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    expect(types()).toEqual(['output', 'end']);
    await runner.until('ack', 2);
    expect(runner.sequence.pending).toBe(0);
    runner.hangUp();
  });

  it('takes each frame once when the connection breaks before the acknowledgement', async () => {
    const agent = await world.newAgent('new');
    const runner = new TestRunner(world.path, 'r1');
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const taken: string[] = [];
    const over = agent.run(ORDER, async (work) => {
      taken.push(work.type);
      if (work.type === 'output') await slow;
    });
    runner.dial();
    await runner.until('turn');
    runner.say({ type: 'output', turn: 't1', ordinal: 1, text: 'one' });
    while (taken.length === 0) await settle();
    runner.hangUp();
    runner.dial('t1');
    await runner.until('welcome', 2);
    release();
    runner.say(END);
    await over;
    expect(taken).toEqual(['output', 'end']);
    runner.hangUp();
  });

  it('cuts off a runner that talks garbage and serves it again when it dials again', async () => {
    const agent = await world.newAgent('new');
    const { sink } = collect();
    const over = agent.run(ORDER, sink);
    const runner = new TestRunner(world.path, 'r1');
    runner.dial();
    await runner.until('turn');
    runner.raw('{"type":"output","seq":"x"}\n');
    runner.dial('t1');
    await runner.until('welcome', 2);
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    runner.hangUp();
  });

  it('answers tool calls in the name of the running turn only', async () => {
    const agent = await world.newAgent('new');
    const runner = new TestRunner(world.path, 'r1');
    runner.dial();
    await runner.until('welcome');
    runner.say({ type: 'request', id: 'tool1', session: 's', tool: 'send_message', args: {} });
    expect(await runner.until('response')).toMatchObject([{ id: 'tool1', ok: false }]);
    void agent.run(ORDER, async () => undefined);
    await runner.until('turn');
    runner.say({ type: 'request', id: 'tool2', session: 's', tool: 'send_message', args: {} });
    expect((await runner.until('response', 2))[1]).toMatchObject({ id: 'tool2', ok: true });
    runner.hangUp();
  });

  it('stops a runner that hangs before it has taken its turn', async () => {
    const agent = await world.newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    const runner = new TestRunner(world.path, 'r1');
    runner.dial();
    await runner.until('turn'); // it has come, and is never acknowledged
    world.clock.advance(59_999);
    expect(world.stopped).toBe(0);
    world.clock.advance(1);
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'not_taken' });
    expect(world.stopped).toBe(1);
    runner.hangUp();
  });

  it('stops a runner that took its turn and then gives no sign of life', async () => {
    const agent = await world.newAgent('new');
    const runner = new TestRunner(world.path, 'r1');
    const over = agent.run(ORDER, async () => undefined);
    runner.pulseMs = 5000;
    runner.dial();
    await runner.until('turn');
    runner.raw('{"type":"ack","received":1}\n');
    while (!agent.link.hasTaken(1)) await settle(1);
    world.clock.advance(60_000);
    runner.raw('{"type":"pulse","quietMs":null,"doing":"something new"}\n');
    runner.raw('{"type":"pulse","quietMs":null,"doing":"web"}\n{"type":"ack","received":1}\n');
    while (agent.doing !== 'web') await settle(1);
    world.clock.advance(PULSE_LIMIT_MS);
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'hang' });
    runner.hangUp();
  });

  it('expects signs of life from the first thing that a turn brings, not only after the time to take it', async () => {
    const agent = await world.newAgent('new');
    const runner = new TestRunner(world.path, 'r1');
    const { sink, taken } = collect();
    const over = agent.run(ORDER, sink);
    runner.pulseMs = 5000;
    runner.dial();
    await runner.until('turn');
    runner.say({ type: 'consumed', turn: 't1', messages: ['1'] });
    while (taken.length === 0) await settle(1);
    world.clock.advance(PULSE_LIMIT_MS);
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'hang' });
    runner.hangUp();
  });

  it('stops a runner that breaks the protocol each time it dials, but not one that does so once in a while', async () => {
    const agent = await world.newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    const runner = new TestRunner(world.path, 'r1');
    const breakOnce = async () => {
      const welcomes = runner.frames.filter(({ type }) => type === 'welcome').length;
      runner.dial();
      await runner.until('welcome', welcomes + 1);
      await runner.breakProtocol();
    };
    for (let count = 0; count < 4; count += 1) await breakOnce();
    runner.dial();
    await runner.until('welcome', 5);
    runner.say({ type: 'ready' });
    await runner.until('ack');
    for (let count = 0; count < 4; count += 1) await breakOnce();
    expect(world.stopped).toBe(0);
    await breakOnce();
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'garbage' });
  });

  it('lets a runner that has taken its turn work in silence', async () => {
    const agent = await world.newAgent('new');
    const runner = new TestRunner(world.path, 'r1');
    const over = agent.run(ORDER, async () => undefined);
    runner.dial();
    await runner.until('turn');
    runner.raw('{"type":"ack","received":1}\n');
    while (!agent.link.hasTaken(1)) await settle(1);
    world.clock.advance(20 * 60_000);
    expect(world.stopped).toBe(0);
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    runner.hangUp();
  });

  it('tells when its process is gone', async () => {
    const agent = await world.newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    await agent.process.stop(0);
    await expect(over).resolves.toMatchObject({ kind: 'gone', exit: { code: 143 } });
  });
});

it('counts an end whose storing is under way when the process exits', async () => {
  const agent = await world.newAgent('new');
  const runner = new TestRunner(world.path, 'r1');
  let stored: () => void = () => undefined;
  let storing = false;
  const over = agent.run(ORDER, async () => {
    storing = true;
    await new Promise<void>((resolve) => {
      stored = resolve;
    });
  });
  runner.dial();
  await runner.until('turn');
  runner.say(END);
  while (!storing) await settle();
  world.exits.at(-1)?.({ code: 0, signal: null, oomKilled: false, detail: 'exited' });
  await settle();
  stored();
  await expect(over).resolves.toMatchObject({ kind: 'ended' });
  runner.hangUp();
});
