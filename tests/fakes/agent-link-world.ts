/** Agents over their real link, and what becomes of their processes, played by the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentExit, RunningAgent } from '../../container/sandbox.ts';
import type { RunnerConfig } from '../../contracts/link.ts';
import { Agent } from '../../src/agents/agent.ts';
import type { TurnOrder, TurnWork } from '../../src/agents/run.ts';
import { FakeClock } from './clock.ts';
import { SILENT } from './task-world.ts';

export const ORDER: TurnOrder = {
  context: { turn: 't1', folder: 'main', jid: 'local:main', thread: null },
  input: { messages: ['1'], prompt: 'hi' },
  firstOrdinal: 1,
  session: null,
};
export const END = {
  type: 'end',
  turn: 't1',
  outcome: 'done',
  final: { ordinal: 1, text: 'bye' },
  error: null,
  session: null,
  usage: null,
} as const;

const CONFIG: RunnerConfig = {
  group: 'main',
  isMain: true,
  assistantName: '폴',
  systemPrompt: '',
  model: null,
  effort: null,
  threads: false,
  placeholder: { kind: 'api_key', value: 'x' },
  session: null,
};

/** Milliseconds. */
const QUIET_LIMIT_MS = 180_000;

export class AgentLinkWorld {
  readonly path = join(mkdtempSync(join(tmpdir(), 'nanoclaw-link-')), 'link.sock');
  readonly clock = new FakeClock();
  /** End an agent's process, oldest first. */
  readonly exits: Array<(exit: AgentExit) => void> = [];
  /** How often a process was told to stop. */
  stopped = 0;
  /** When the agent last asked the model. */
  askedAt: number | null = null;
  readonly #agents: Agent[] = [];

  async newAgent(mode: 'new' | 'adopted', epoch = 'host1'): Promise<Agent> {
    const agent = new Agent({
      link: { socketPath: this.path, epoch, config: () => CONFIG },
      onRequest: async (request, context) => ({ ok: context !== null, result: request.tool }),
      askedAt: () => this.askedAt,
      quietLimitMs: QUIET_LIMIT_MS,
      expectedTurn: mode === 'adopted' ? 't1' : null,
      clock: this.clock,
      log: SILENT,
    });
    agent.bind(this.#newProcess());
    await agent.link.listen();
    this.#agents.push(agent);
    return agent;
  }

  /** Lives until it is told to stop, or the test ends it. */
  #newProcess(): RunningAgent {
    let exit: (exit: AgentExit) => void = () => undefined;
    const exited = new Promise<AgentExit>((resolve) => {
      exit = resolve;
    });
    this.exits.push(exit);
    const stop = async () => {
      this.stopped += 1;
      exit({ code: 143, signal: 'SIGTERM', oomKilled: false, detail: 'stopped' });
    };
    return { agentId: 'a', group: 'main', name: 'nanoclaw-main-a', exited, stop };
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.link.close()));
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}

/** Where a turn's work goes, as the lane would take it. */
export function collect() {
  const taken: TurnWork[] = [];
  const sink = async (work: TurnWork) => {
    taken.push(work);
  };
  return { taken, sink, types: () => taken.map((work) => work.type) };
}
