/** The real conversation: the Agent SDK in streaming-input mode, its child started ahead with `startup()`. */
import {
  type McpServerConfig,
  type Options,
  type Query,
  type SDKUserMessage,
  startup,
} from '@anthropic-ai/claude-agent-sdk';
import type { AgentSession, RunnerConfig } from '../../contracts/link.ts';
import type { Activity } from './activity.ts';
import { createTranslator } from './claude-events.ts';
import type { CloseMode, Conversation, OpenConversation } from './conversation.ts';
import { describeLoss } from './failure.ts';
import { InputQueue } from './input-queue.ts';
import type { Timers } from './ports.ts';

/**
 * Longest start of the CLI, milliseconds: it takes about 0.6 s, and with fifty programs waiting for each core more than
 * thirty. Who gives up before that starts it again for ever, and adds to the load.
 */
const STARTUP_LIMIT_MS = 120_000;

/** Time for an idle CLI to write its files after its input has ended, milliseconds. It takes about 50. */
const CLOSE_GRACE_MS = 1000;

export type ClaudeParts = {
  options(config: RunnerConfig, session: AgentSession | null): Options;
  /** Made anew for each session: a server belongs to one child. */
  mcpServers(config: RunnerConfig): Record<string, McpServerConfig>;
  activity: Pick<Activity, 'hear'>;
  timers: Timers;
};

export function openClaude(parts: ClaudeParts): OpenConversation {
  return (request) => new ClaudeConversation(parts, request);
}

class ClaudeConversation implements Conversation {
  readonly #inputs = new InputQueue<SDKUserMessage>();
  readonly #abort = new AbortController();
  readonly #over: Promise<void>;
  #query: Query | null = null;

  constructor(
    readonly parts: ClaudeParts,
    readonly request: Parameters<OpenConversation>[0],
  ) {
    this.#over = this.#live();
  }

  push({ uuid, prompt }: { uuid: string; prompt: string }): void {
    // The caller makes it with randomUUID(); the SDK's type spells the dashes out.
    const id = uuid as NonNullable<SDKUserMessage['uuid']>;
    this.#inputs.push({
      type: 'user',
      uuid: id,
      parent_tool_use_id: null,
      message: { role: 'user', content: prompt },
    });
  }

  async interrupt(): Promise<void> {
    await this.#query?.interrupt();
  }

  async close(mode: CloseMode): Promise<void> {
    this.#inputs.end();
    if (mode === 'force') this.#abort.abort(); // The SDK ends the child two seconds later at most.
    const cancel = this.parts.timers.after(CLOSE_GRACE_MS, () => this.#abort.abort());
    await this.#over;
    cancel();
  }

  /** Never rejects: what goes wrong is told as `gone`. */
  async #live(): Promise<void> {
    const { session, after, config, onEvent } = this.request;
    let opening: 'fresh' | 'resume' | 'done' = session ? 'resume' : 'fresh';
    try {
      await after;
      const { parts } = this;
      const options = {
        ...parts.options(config, session),
        mcpServers: parts.mcpServers(config),
        abortController: this.#abort,
      };
      const warm = await startup({ options, initializeTimeoutMs: STARTUP_LIMIT_MS });
      opening = 'done';
      onEvent({ type: 'ready' });
      const translate = createTranslator();
      this.#query = warm.query(this.#inputs);
      for await (const message of this.#query) {
        parts.activity.hear(message);
        for (const event of translate(message)) onEvent(event);
      }
      onEvent({ type: 'gone', failure: describeLoss(new Error('Claude Code ended by itself'), opening) });
    } catch (error) {
      onEvent({ type: 'gone', failure: describeLoss(error, opening) });
    }
  }
}
