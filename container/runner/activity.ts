/**
 * Whether Claude Code is at work, as far as its messages tell: how long it has said nothing while no tool of its runs,
 * and what kind of tool that is. Tools of subagents lie within the tool that runs the subagent.
 */
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Doing } from '../../contracts/link.ts';

/** Every other one is just `tool`. */
const KINDS: Record<string, Doing> = {
  Bash: 'command',
  ...{ Read: 'files', Write: 'files', Edit: 'files', NotebookEdit: 'files', Glob: 'files', Grep: 'files' },
  ...{ WebFetch: 'web', WebSearch: 'web' },
  ...{ Agent: 'subagents', Task: 'subagents', SendMessage: 'subagents' },
};

export class Activity {
  /** Tool-use id → tool, oldest first. */
  readonly #running = new Map<string, string>();
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
      if (block.type === 'tool_use') this.#running.set(block.id, block.name);
      if (block.type === 'tool_result') this.#running.delete(block.tool_use_id);
    }
  }

  /** Milliseconds; null while a tool runs. */
  get quietMs(): number | null {
    return this.#running.size > 0 ? null : Math.max(0, this.monotonic() - this.#heardAt);
  }

  /** Of several tools the one that was begun last. */
  get doing(): Doing {
    const tool = [...this.#running.values()].at(-1);
    return tool === undefined ? 'thinking' : (KINDS[tool] ?? 'tool');
  }
}
