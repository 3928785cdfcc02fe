import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import type { AgentExit, AgentSpec, RunningAgent, Sandbox } from '../../container/sandbox.ts';
import { DEFAULT_CONFIG } from '../../contracts/container-config.ts';
import { homePaths } from '../../contracts/paths.ts';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { aGroup } from '../../tests/fakes/records.ts';
import { settle } from '../../tests/fakes/settle.ts';
import { TestRunner } from '../../tests/fakes/test-runner.ts';
import type { Agent } from './agent.ts';
import { Agents } from './agents.ts';
import { DiskRefusedError } from './disk/disk-watch.ts';
import { RunnerHealth } from './runner-health.ts';

const ENDED: AgentExit = { code: 0, signal: null, oomKilled: false, detail: 'ended' };
/** After this an agent that does not obey `close` is stopped; nobody in these containers does. */
const CLOSE_LIMIT_MS = 10_000;
const IDLE_MS = 60_000;

/** Containers that do nothing but live until they are stopped. */
class FakeSandbox implements Sandbox {
  readonly kind = 'docker';
  readonly caveats = [];
  readonly running = new Map<string, RunningAgent & { end(exit: AgentExit): void }>();
  readonly started: string[] = [];
  /** Starts wait for this. */
  gate: Promise<void> = Promise.resolve();

  async check() {
    return { ok: true as const, detail: 'fake' };
  }
  async survivors() {
    return [];
  }
  async start({ agentId, group }: AgentSpec): Promise<RunningAgent> {
    await this.gate;
    let end: (exit: AgentExit) => void = () => undefined;
    const exited = new Promise<AgentExit>((resolve) => {
      end = resolve;
    });
    const stop = async () => {
      this.running.delete(agentId);
      end(ENDED);
    };
    const agent = { agentId, group, name: agentId, exited, stop, end };
    this.running.set(agentId, agent);
    this.started.push(group);
    return agent;
  }
  /** Resolves when so many have been started; files and sockets come first, which take their time. */
  async reach(count: number): Promise<void> {
    while (this.started.length < count) await settle(1);
    await settle();
  }
  get groups(): string[] {
    return [...this.running.values()].map(({ group }) => group);
  }
}

const cleanups: Array<() => void> = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function setUp({ capacity = 10, wanted = ['main'] }: { capacity?: number; wanted?: string[] } = {}) {
  const home = mkdtempSync(`${tmpdir()}/nc-`);
  cleanups.push(() => rmSync(home, { recursive: true, force: true }));
  const clock = new FakeClock();
  const sandbox = new FakeSandbox();
  const runner = new RunnerHealth();
  const results: string[] = [];
  const refused = new Set<string>();
  const writers = new Map<string, (why: 'disk_quota') => void>();
  const agents = new Agents({
    paths: homePaths(home),
    installation: { id: 'a'.repeat(12), secret: 's'.repeat(32) },
    settings: {
      timeZone: 'UTC',
      devRunner: null,
      user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
      limits: { memoryBytes: 1, cpus: 1, pids: 1 },
      configOf: () => DEFAULT_CONFIG,
      mountsOf: () => [],
      memoryOf: () => '',
    },
    openBroker: async () => ({ stop: async () => undefined, askedAt: () => null }),
    quietLimitMs: 180_000,
    runner,
    placeholderKind: async () => 'oauth',
    runnerConfig: ({ folder }) => ({
      ...{ group: folder, isMain: false, assistantName: 'n', systemPrompt: '', session: null },
      ...{ model: null, effort: null, threads: false },
    }),
    onRequest: async () => ({ ok: false, result: null }),
    ...{ sandbox, clock, capacity, idleMs: IDLE_MS, log: pino({ enabled: false }) },
    wantedWarm: () => wanted,
    disk: {
      admit: async (folder) => {
        if (refused.has(folder)) throw new DiskRefusedError('disk_quota', 'full');
      },
      watch: ({ folder, stop }) => {
        writers.set(folder, stop);
        return () => writers.delete(folder);
      },
      excessOf: () => null,
    },
    assertSandboxReady: async () => undefined,
    onRecord: ({ result }) => results.push(result),
  });
  /** A turn of the group, from its agent's start to its release. */
  const turn = async (folder: string) => {
    const agent = await agents.obtain(aGroup({ folder }));
    clock.advance(1);
    agents.release(folder);
    return agent;
  };
  /** Has the agent's runner come to its link. */
  const come = async ({ process }: Agent) => {
    const found = new TestRunner(`${homePaths(home).agentRun(process.agentId)}/link.sock`, 'r1');
    found.dial();
    await found.until('welcome');
    cleanups.push(() => found.hangUp());
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  return { agents, sandbox, runner, come, results, turn, pass, wanted, refused, writers };
}

it('closes an agent that idles, and keeps one whose group is expected', async () => {
  const { sandbox, turn, pass } = setUp({ wanted: ['main'] });
  await turn('main');
  await turn('a');
  await pass(IDLE_MS);
  await pass(CLOSE_LIMIT_MS);
  expect(sandbox.groups).toEqual(['main']);
  await pass(10 * IDLE_MS);
  expect(sandbox.groups).toEqual(['main']);
});

it('closes it after all when its group is not expected any more', async () => {
  const { sandbox, turn, pass, wanted } = setUp({ wanted: ['main', 'a'] });
  await turn('a');
  await pass(IDLE_MS);
  wanted.pop();
  await pass(IDLE_MS);
  await pass(CLOSE_LIMIT_MS);
  expect(sandbox.groups).toEqual([]);
});

it('starts a new group’s agent at once when idle ones fill the room, and ends the one used longest ago', async () => {
  const { agents, sandbox, turn, pass } = setUp({ capacity: 2, wanted: ['main', 'a'] });
  await turn('a');
  await turn('main');
  const { process } = await agents.obtain(aGroup({ folder: 'b' }));
  expect(process.group).toBe('b');
  expect(agents.isLive('a')).toBe(false);
  await pass(CLOSE_LIMIT_MS);
  expect(sandbox.groups.sort()).toEqual(['b', 'main']);
});

it('ends no agent that works for the sake of another', async () => {
  const { agents, sandbox, pass } = setUp({ capacity: 1 });
  for (const folder of ['a', 'b', 'c']) await agents.obtain(aGroup({ folder }));
  await pass(CLOSE_LIMIT_MS);
  expect(sandbox.groups).toEqual(['a', 'b', 'c']);
});

it('starts a group’s next agent only when its last one is gone', async () => {
  const { agents, sandbox, turn, pass } = setUp({ wanted: [] });
  await turn('a');
  await pass(IDLE_MS);
  expect(agents.isLive('a')).toBe(false);
  const next = agents.obtain(aGroup({ folder: 'a' }));
  await settle();
  expect(sandbox.started).toEqual(['a']);
  await pass(CLOSE_LIMIT_MS);
  await next;
  expect(sandbox.started).toEqual(['a', 'a']);
  expect(sandbox.groups).toEqual(['a']);
});

it('gives the agent that is being started ahead to a turn that asks meanwhile, and does not count it as idle', async () => {
  const { agents, sandbox, pass } = setUp({ wanted: [] });
  let open = (): void => undefined;
  sandbox.gate = new Promise((resolve) => {
    open = resolve;
  });
  const warming = agents.warm(aGroup({ folder: 'a' }));
  warming.catch(() => undefined); // these containers never say that they are warm
  const asked = agents.obtain(aGroup({ folder: 'a' }));
  open();
  expect((await asked).process.group).toBe('a');
  expect(sandbox.started).toEqual(['a']);
  await pass(IDLE_MS + CLOSE_LIMIT_MS);
  expect(agents.isLive('a')).toBe(true);
});

it('warms what is wanted and not there, but not while a turn runs', async () => {
  const { agents, turn } = setUp({ wanted: ['main', 'a'] });
  expect(agents.nextToWarm()).toBe('main');
  await turn('main');
  expect(agents.nextToWarm()).toBe('a');
  await agents.obtain(aGroup({ folder: 'z' }));
  expect(agents.nextToWarm()).toBeNull();
});

it('says so when an agent that was started ahead dies first', async () => {
  const { agents, sandbox } = setUp();
  const warming = agents.warm(aGroup());
  await sandbox.reach(1);
  for (const agent of sandbox.running.values()) await agent.stop(0);
  await expect(warming).rejects.toMatchObject({ code: 'AGENT_NOT_WARM' });
});

it('leaves none when it is stopped while one is being started ahead', async () => {
  const { agents, sandbox, pass, turn } = setUp();
  await turn('b');
  let open = (): void => undefined;
  sandbox.gate = new Promise((resolve) => {
    open = resolve;
  });
  const warming = agents.warm(aGroup({ folder: 'a' }));
  warming.catch(() => undefined); // refused: the service is stopping
  await settle();
  const stopped = agents.stop();
  open();
  await sandbox.reach(2);
  await pass(CLOSE_LIMIT_MS);
  await stopped;
  expect(sandbox.groups).toEqual([]);
  await expect(warming).rejects.toMatchObject({ code: 'AGENTS_CLOSED' });
});

it.each([
  ['oom', { code: 137, signal: 'SIGKILL', oomKilled: true }],
  ['died', { code: 137, signal: 'SIGKILL', oomKilled: false }],
  ['died', { code: 1, signal: null, oomKilled: false }],
  ['died', { code: null, signal: null, oomKilled: false }],
  ['closed', { code: 0, signal: null, oomKilled: false }],
])(
  'records the end of an agent as %s when it is %o, and starts another for the next turn',
  async (result, exit) => {
    const { agents, sandbox, come, results } = setUp();
    await come(await agents.obtain(aGroup()));
    for (const agent of sandbox.running.values()) agent.end({ ...exit, detail: 'ended' });
    await settle();
    expect(results).toEqual(['started', result]);
    expect(agents.isLive('main')).toBe(false);
    await agents.obtain(aGroup());
    expect(sandbox.started).toEqual(['main', 'main']);
  },
);

it('is watched by the disk’s guard for as long as anything of it is there, which stops it and is told as the cause', async () => {
  const { agents, results, writers } = setUp();
  await agents.obtain(aGroup());
  writers.get('main')?.('disk_quota');
  await settle();
  expect(results).toEqual(['started', 'disk_quota']);
  expect(writers.size).toBe(0);
});

it('starts nothing for a group that the disk’s guard refuses', async () => {
  const { agents, sandbox, refused } = setUp();
  refused.add('main');
  await expect(agents.obtain(aGroup())).rejects.toMatchObject({ code: 'disk_quota' });
  await expect(agents.warm(aGroup())).rejects.toMatchObject({ code: 'disk_quota' });
  expect(sandbox.started).toEqual([]);
});

it.each([0, 1])(
  'knows a program that ends before it comes to its link, with code %i, and that it was mended',
  async (code) => {
    const { agents, sandbox, runner, come, results } = setUp();
    await agents.obtain(aGroup());
    for (const agent of sandbox.running.values())
      agent.end({ ...ENDED, code, detail: `exited with code ${code}` });
    await settle();
    expect(results).toEqual(['started', 'broken_runner']);
    expect(runner.health()).toMatchObject({ state: 'degraded', required: false });
    expect(runner.health().reason).toMatch(/exited with code.*container\/build\.sh --force/);
    expect(runner.health().signal).toBeUndefined();
    await agents.obtain(aGroup());
    for (const agent of sandbox.running.values()) agent.end({ ...ENDED, code });
    await settle();
    expect(runner.health()).toMatchObject({ state: 'failed', signal: 'runner_broken' });
    await come(await agents.obtain(aGroup()));
    await settle();
    expect(runner.health().state).toBe('ok');
  },
);

it('records an end without a fault in the middle of a turn as what it is', async () => {
  const { agents, sandbox, come, results } = setUp();
  const agent = await agents.obtain(aGroup());
  await come(agent);
  const context = { turn: 't1', folder: 'main', jid: 'local:main', thread: null };
  const input = { messages: ['1'], prompt: 'hi' };
  const over = agent.run({ context, input, firstOrdinal: 1, session: null }, async () => undefined);
  for (const process of sandbox.running.values()) process.end(ENDED);
  await expect(over).resolves.toMatchObject({ kind: 'gone', cause: null });
  expect(results).toEqual(['started', 'quit']);
});
