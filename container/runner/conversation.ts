/**
 * The port between the turn logic and Claude: one live streaming-input session. The real one is claude.ts.
 *
 *   opening ──ready──▶ open ──(started, taken, said, retry, result)*──▶ gone
 *      └──────────────── cannot start, closed, child died ─────────────▶ gone
 *
 * `gone` comes exactly once and last.
 */
import type { AgentSession, RunnerConfig, RunnerWork, Usage } from '../../contracts/link.ts';

/** Why a turn failed: a code of the link's closed list and a line for a person. */
export type Failure = NonNullable<Extract<RunnerWork, { type: 'end' }>['error']>;

export type ConversationEvent =
  /** The child is initialized: a prompt starts without waiting. */
  | { type: 'ready' }
  /** The session's id is known. */
  | { type: 'started'; session: string }
  /** These inputs are part of the conversation now. */
  | { type: 'taken'; inputs: readonly string[] }
  /** A whole assistant message of the main thread: a point to resume at. */
  | { type: 'said'; assistant: string }
  /** The model request failed and is tried again; `status` null when there was no HTTP answer. */
  | { type: 'retry'; attempt: number; status: number | null }
  | ResultEvent
  | { type: 'gone'; failure: Failure };

export type ResultEvent = {
  type: 'result';
  /** The inputs it answers; null when the child doesn't say. */
  inputs: readonly string[] | null;
  /** The reply, null when there is no text. */
  text: string | null;
  failure: Failure | null;
  /** What the main thread used for this result alone. */
  own: Pick<Usage, 'inputTokens' | 'outputTokens'>;
  /** Running total of the session with its subagents; a resumed session goes on from its earlier total. */
  total: Usage;
};

export type CloseMode = 'gentle' | 'force';

export interface Conversation {
  /** Puts one more user message into the live session; before `ready` it waits there. */
  push(input: { uuid: string; prompt: string }): void;
  /**
   * Asks the child to stop; has no effect on an input that it has not read yet. Resolves when the child has the
   * request, which a stuck one never says: the caller sets the limit.
   */
  interrupt(): Promise<void>;
  /**
   * Resolves when the child is gone. `gentle` lets an idle child end by itself, `force` doesn't wait for one that
   * is at work. May be called twice.
   */
  close(mode: CloseMode): Promise<void>;
}

export type OpenConversation = (options: {
  config: RunnerConfig;
  /** Session to resume, null for a fresh one. */
  session: AgentSession | null;
  /** The child is not started before this: an earlier one must have let go of the session's files. */
  after: Promise<void>;
  onEvent(event: ConversationEvent): void;
}) => Conversation;
