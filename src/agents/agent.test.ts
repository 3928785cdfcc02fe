import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentExit, RunningAgent } from '../../container/sandbox.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { TestRunner } from '../../tests/fakes/test-runner.ts';
import { Agent } from './agent.ts';
import { PULSE_LIMIT_MS } from './hang-watch.ts';
import type { TurnOrder, TurnWork } from './run.ts';

const ORDER: TurnOrder = {
  context: { turn: 't1', folder: 'main', jid: 'local:main', thread: null },
  input: { messages: ['1'], prompt: 'hi' },
  firstOrdinal: 1,
  session: null,
};
const END = {
  type: 'end',
  turn: 't1',
  outcome: 'done',
  final: { ordinal: 1, text: 'bye' },
  error: null,
  session: null,
  usage: null,
} as const;

let path: string;
let clock: FakeClock;
let agents: Agent[];
let exits: Array<(exit: AgentExit) => void>;
let stopped: number;
let askedAt: number | null;

async function newAgent(mode: 'new' | 'adopted', epoch = 'host1'): Promise<Agent> {
  const config = () => ({
    group: 'main',
    isMain: true,
    assistantName: '폴',
    systemPrompt: '',
    model: null,
    effort: null,
    threads: false,
    placeholder: { kind: 'api_key' as const, value: 'x' },
    session: null,
  });
  const agent = new Agent(
    {
      link: { socketPath: path, epoch, config },
      onRequest: async (request, context) => ({ ok: context !== null, result: request.tool }),
      askedAt: () => askedAt,
      quietLimitMs: 180_000,
      expectedTurn: mode === 'adopted' ? 't1' : null,
      clock,
      log: pino({ level: 'silent' }),
    },
    mode,
  );
  let exit: (exit: AgentExit) => void = () => undefined;
  const exited = new Promise<AgentExit>((resolve) => {
    exit = resolve;
  });
  exits.push(exit);
  const process: RunningAgent = {
    agentId: 'a',
    group: 'main',
    name: 'nanoclaw-main-a',
    exited,
    stop: async () => {
      stopped += 1;
      exit({ code: 143, signal: 'SIGTERM', oomKilled: false, detail: 'stopped' });
    },
  };
  agent.bind(process);
  await agent.link.listen();
  agents.push(agent);
  return agent;
}

function collect() {
  const taken: TurnWork[] = [];
  const sink = async (work: TurnWork) => {
    taken.push(work);
  };
  return { taken, sink, types: () => taken.map((work) => work.type) };
}

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'nanoclaw-link-')), 'link.sock');
  clock = new FakeClock();
  agents = [];
  exits = [];
  stopped = 0;
  askedAt = null;
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.link.close()));
});

it.each([
  ['new', 1, null, 'broken_runner'],
  ['new', 0, null, 'broken_runner'],
  ['new', 143, 'SIGTERM', null],
  ['new', null, null, null],
  ['adopted', 1, null, null],
] as const)(
  '%s, gone with code %s and signal %s before it came: told as %s',
  async (mode, code, signal, cause) => {
    const agent = await newAgent(mode);
    expect(agent.causeOf({ code, signal, oomKilled: false, detail: '' })).toBe(cause);
  },
);

describe('an agent over its link', () => {
  it('gives the turn to a runner that dials later, and hands its frames on until the end', async () => {
    const agent = await newAgent('new');
    const { sink, types } = collect();
    const over = agent.run(ORDER, sink);
    const runner = new TestRunner(path, 'r1');
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
    const agent = await newAgent('new');
    const runner = new TestRunner(path, 'r1');
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
    const agent = await newAgent('new');
    const { sink } = collect();
    const over = agent.run(ORDER, sink);
    const runner = new TestRunner(path, 'r1');
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
    const agent = await newAgent('new');
    const runner = new TestRunner(path, 'r1');
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
    const agent = await newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    const runner = new TestRunner(path, 'r1');
    runner.dial();
    await runner.until('turn'); // it has come, and is never acknowledged
    clock.advance(59_999);
    expect(stopped).toBe(0);
    clock.advance(1);
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'not_taken' });
    expect(stopped).toBe(1);
    runner.hangUp();
  });

  it('stops a runner that took its turn and then gives no sign of life', async () => {
    const agent = await newAgent('new');
    const runner = new TestRunner(path, 'r1');
    const over = agent.run(ORDER, async () => undefined);
    runner.pulseMs = 5000;
    runner.dial();
    await runner.until('turn');
    runner.raw('{"type":"ack","received":1}\n');
    while (!agent.link.hasTaken(1)) await settle(1);
    clock.advance(60_000);
    runner.raw('{"type":"pulse","quietMs":null}\n{"type":"ack","received":1}\n');
    clock.advance(PULSE_LIMIT_MS);
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'hang' });
    runner.hangUp();
  });

  it('stops a runner that breaks the protocol each time it dials, but not one that does so once in a while', async () => {
    const agent = await newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    const runner = new TestRunner(path, 'r1');
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
    expect(stopped).toBe(0);
    await breakOnce();
    await expect(over).resolves.toMatchObject({ kind: 'gone', cause: 'garbage' });
  });

  it('lets a runner that has taken its turn work in silence', async () => {
    const agent = await newAgent('new');
    const runner = new TestRunner(path, 'r1');
    const over = agent.run(ORDER, async () => undefined);
    runner.dial();
    await runner.until('turn');
    runner.raw('{"type":"ack","received":1}\n');
    while (!agent.link.hasTaken(1)) await settle(1);
    clock.advance(20 * 60_000);
    expect(stopped).toBe(0);
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    runner.hangUp();
  });

  it('tells when its process is gone', async () => {
    const agent = await newAgent('new');
    const over = agent.run(ORDER, async () => undefined);
    await agent.process.stop(0);
    await expect(over).resolves.toMatchObject({ kind: 'gone', exit: { code: 143 } });
  });
});

describe('an agent that outlived the orchestrator', () => {
  /** A runner that has spoken with a former orchestrator process, which acknowledged its first frame. */
  function survivor(): TestRunner {
    const runner = new TestRunner(path, 'r1');
    runner.sequence.connected({ epoch: 'former host', received: 0, acknowledged: 0 });
    runner.say({ type: 'ready' });
    runner.sequence.acknowledged(1);
    return runner;
  }

  it('goes on with the turn it is in the middle of, without being given it again', async () => {
    const agent = await newAgent('adopted');
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
    const agent = await newAgent('adopted');
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
    const agent = await newAgent('adopted');
    const runner = survivor();
    const over = agent.run(ORDER, async () => undefined);
    runner.dial(null);
    await runner.until('turn');
    runner.say(END);
    await expect(over).resolves.toMatchObject({ kind: 'ended' });
    runner.hangUp();
  });

  it('is stopped when it does not dial in time', async () => {
    const agent = await newAgent('adopted');
    const over = agent.run(ORDER, async () => undefined);
    await settle();
    clock.advance(10_000);
    await expect(over).resolves.toMatchObject({ kind: 'gone' });
    expect(stopped).toBe(1);
  });
});

it('keeps the request of an adopted agent until its turn is taken up', async () => {
  const agent = await newAgent('adopted');
  const runner = new TestRunner(path, 'r1');
  runner.sequence.connected({ epoch: 'former host', received: 0, acknowledged: 0 });
  runner.say({ type: 'request', id: 'tool1', session: 's', tool: 'send_message', args: {} });
  runner.dial('t1');
  await runner.until('welcome');
  await settle();
  void agent.run(ORDER, async () => undefined);
  expect(await runner.until('response')).toMatchObject([{ id: 'tool1', ok: true }]);
  runner.hangUp();
});

it('counts an end whose storing is under way when the process exits', async () => {
  const agent = await newAgent('new');
  const runner = new TestRunner(path, 'r1');
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
  exits.at(-1)?.({ code: 0, signal: null, oomKilled: false, detail: 'exited' });
  await settle();
  stored();
  await expect(over).resolves.toMatchObject({ kind: 'ended' });
  runner.hangUp();
});

it('offers nothing to an adopted agent before its turn has begun: it would drop what comes first', async () => {
  const agent = await newAgent('adopted');
  void agent.run(ORDER, async () => undefined);
  agent.offer('t1', { messages: ['2'], prompt: 'more' });
  const runner = new TestRunner(path, 'runner1');
  runner.dial();
  await runner.until('offer');
  const work = runner.frames.map(({ type }) => type).filter((type) => type === 'turn' || type === 'offer');
  expect(work).toEqual(['turn', 'offer']);
});
