/** Opens all that belongs to one agent (run folder, link, broker, process) and closes it again without a rest. */
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Broker } from '../../broker/broker.ts';
import type { RunningAgent } from '../../container/sandbox.ts';
import type { RunnerConfig } from '../../contracts/link.ts';
import type { HomePaths } from '../../contracts/paths.ts';
import type { Clock } from '../clock.ts';
import type { Group } from '../store/groups.ts';
import { Agent } from './agent.ts';
import { type AgentSettings, prepareFolders } from './agent-folders.ts';
import type { ToolAnswer, ToolContext } from './host-tools.ts';
import { type Installation, placeholderFor } from './installation.ts';
import type { ToolRequest } from './run.ts';

export type BrokerFacts = {
  group: string;
  runDir: string;
  placeholder: RunnerConfig['placeholder'];
  /** The turn that the agent works on; null while it idles. */
  turn(): string | null;
};

export type OpenAgentDeps = {
  paths: HomePaths;
  installation: Installation;
  settings: AgentSettings;
  /** Opens the agent's way to the model on `broker.sock` in its run folder. */
  openBroker(of: BrokerFacts): Promise<Broker>;
  /** How long Claude Code may do nothing at all in a turn, milliseconds. */
  quietLimitMs: number;
  placeholderKind(): Promise<RunnerConfig['placeholder']['kind']>;
  runnerConfig(group: Group): Omit<RunnerConfig, 'placeholder'>;
  /** Does a host tool call for an agent of this folder. */
  onRequest(request: ToolRequest, folder: string, context: ToolContext | null): Promise<ToolAnswer>;
  clock: Clock;
  log: Logger;
};

export type AgentOrigin = {
  group: Group;
  agentId: string;
  /** The turn an adopted agent may be in; null for a new one. */
  expectedTurn: string | null;
  /** One process life of the orchestrator. */
  epoch: string;
  /** Starts the process, or hands over the one that is there. */
  process(): Promise<RunningAgent>;
};

export type OpenAgent = { agent: Agent; close(): Promise<void> };

/** Whatever fails, nothing stays open behind it. */
export async function openAgent(deps: OpenAgentDeps, origin: AgentOrigin): Promise<OpenAgent> {
  const { group, agentId } = origin;
  const runDir = deps.paths.agentRun(agentId);
  const placeholder = placeholderFor(deps.installation, agentId, await deps.placeholderKind());
  const closers: Array<() => Promise<unknown>> = [() => rm(runDir, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    prepareFolders(group.folder, runDir, deps.paths, deps.settings);
    let broker: Broker | null = null;
    const agent = newAgent(deps, origin, runDir, placeholder, () => broker?.askedAt() ?? null);
    await agent.link.listen();
    closers.push(() => agent.link.close());
    const opened = await deps.openBroker({
      group: group.folder,
      runDir,
      placeholder,
      turn: () => agent.turn,
    });
    broker = opened;
    closers.push(() => opened.stop());
    agent.bind(await origin.process());
    return { agent, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function newAgent(
  deps: OpenAgentDeps,
  origin: AgentOrigin,
  runDir: string,
  placeholder: RunnerConfig['placeholder'],
  askedAt: () => number | null,
): Agent {
  const { group, agentId, epoch, expectedTurn } = origin;
  const config = () => ({ ...deps.runnerConfig(group), placeholder });
  return new Agent({
    link: { socketPath: `${runDir}/link.sock`, epoch, config },
    onRequest: (request, context) => deps.onRequest(request, group.folder, context),
    askedAt,
    quietLimitMs: deps.quietLimitMs,
    expectedTurn,
    clock: deps.clock,
    log: deps.log.child({ group: group.folder, agentId }),
  });
}
