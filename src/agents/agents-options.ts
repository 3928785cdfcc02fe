/** What all the agents together are made of, and how their ends are recorded. */
import type { AgentExit, Sandbox } from '../../container/sandbox.ts';
import type { DiskWatch } from './disk/disk-watch.ts';
import type { OpenAgentDeps } from './open-agent.ts';
import type { RunnerHealth } from './runner-health.ts';

export type AgentsOptions = OpenAgentDeps & {
  sandbox: Sandbox;
  /** An agent without work closes after this, milliseconds. */
  idleMs: number;
  /** How many agents may live before idle ones have to go. */
  capacity: number;
  /** Groups whose agents are to be warm, most wanted first. */
  wantedWarm(): readonly string[];
  disk: Pick<DiskWatch, 'admit' | 'watch' | 'excessOf'>;
  runner: Pick<RunnerHealth, 'came' | 'broke'>;
  /** Rejects with a reason for people when agents can't be started now. */
  assertSandboxReady(): Promise<void>;
  onRecord(record: { group: string; result: string; seconds: number }): void;
};

/**
 * The end of an agent that nobody stopped for a fault, in one word. `quit`: it ended as if all were well, in the middle
 * of a turn.
 */
export function describeEnd({ oomKilled, code }: AgentExit, isRunning: boolean): string {
  if (oomKilled) return 'oom';
  if (code !== 0) return 'died';
  return isRunning ? 'quit' : 'closed';
}
