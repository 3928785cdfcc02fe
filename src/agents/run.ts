/** One run of a turn by an agent: what is asked of it, what it says meanwhile, how it comes to its end. */
import type { AgentExit } from '../../container/sandbox.ts';
import type { AgentInput, AgentSession, RunnerWork } from '../../contracts/link.ts';
import type { DiskStop } from './disk/disk-watch.ts';
import type { ToolContext } from './host-tools.ts';

export type TurnWork = Extract<RunnerWork, { type: 'consumed' | 'output' | 'end' }>;
export type ToolRequest = Extract<RunnerWork, { type: 'request' }>;
export type TurnEnd = Extract<RunnerWork, { type: 'end' }>;

export type TurnOrder = {
  context: ToolContext;
  input: AgentInput;
  firstOrdinal: number;
  session: AgentSession | null;
};

/** Why an agent's process is gone, where there is more to tell than how: mostly because we ended it. */
export type StopCause =
  | DiskStop
  /** It never acknowledged its turn. */
  | 'not_taken'
  /** It took its turn, and then nothing: its runner gives no sign of life. */
  | 'hang'
  /** Its runner lives, and Claude Code in it does nothing. */
  | 'stuck'
  /** Its turn took longer than a turn may. */
  | 'timeout'
  /** It goes on breaking the link's protocol. */
  | 'garbage'
  /** It ended by itself before it came to the link: the program is damaged. */
  | 'broken_runner';

/**
 * How a run came to its end: the runner said so, or it is no more. One that is told to stop says that its turn failed,
 * if it has the time; `cause` is then the reason.
 */
export type RunResult = ({ kind: 'ended'; end: TurnEnd } | { kind: 'gone'; exit: AgentExit }) & {
  cause: StopCause | null;
};

/** An agent that was started ahead is of no help; the message says what became of it. */
export class AgentNotWarmError extends Error {
  readonly code = 'AGENT_NOT_WARM';
}
