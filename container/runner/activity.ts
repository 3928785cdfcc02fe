/**
 * Whether Claude Code is at work, as far as its messages tell: how long it has said nothing while no tool of its runs.
 * Tools of subagents lie within the tool that runs the subagent.
 */
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';

export class Activity {
  readonly #running = new Set<string>();
  #heardAt = 0;

  /** @param monotonic milliseconds */
  constructor(readonly monotonic: () => number) {}

  /** A turn begins: what was before says nothing of it. */
  begin(): void {
    this.#running.clear();
    this.#heardAt = this.monotonic();
  }

  hear(message: SDKMessage): void {
    this.#heardAt = this.monotonic();
    if (message.type === 'result') this.#running.clear();
    if (message.type !== 'assistant' && message.type !== 'user') return;
    const { content } = message.message;
    if (message.parent_tool_use_id !== null || typeof content === 'string') return;
    for (const block of content) {
      if (block.type === 'tool_use') this.#running.add(block.id);
      if (block.type === 'tool_result') this.#running.delete(block.tool_use_id);
    }
  }

  /** Milliseconds; null while a tool runs. */
  get quietMs(): number | null {
    return this.#running.size > 0 ? null : Math.max(0, this.monotonic() - this.#heardAt);
  }
}
