/**
 * The tools that a model's answer calls, read while it passes: what an agent is about to do stands there, whatever the
 * agent says of itself later. Arguments are looked at for what they reach for (reach.ts) and not kept.
 */
import { type Reach, reachesOf } from './reach.ts';

export type ToolCall = {
  tool: string;
  /** What the arguments name that an agent has no business with. */
  reaches: readonly Reach[];
};

/** Longest arguments looked at, characters of JSON: commands are far shorter, files that are written may be longer. */
const LOOK_LIMIT = 256 * 1024;
/** The model chooses it; names of tools have 64 characters at most. */
const NAME_LIMIT = 64;

/** Of an event stream: blocks come one after the other, each in a start, pieces of JSON and a stop. */
export class ToolCallReader {
  readonly calls: ToolCall[] = [];
  #open: { tool: string; json: string } | null = null;

  /** Whether this line may be of interest at all: text, the bulk of a stream, need not be parsed. */
  static concerns(line: string): boolean {
    return line.includes('"tool_use"') || line.includes('"input_json_delta"') || line.includes('_stop"');
  }

  read(event: object): void {
    const { type, content_block: block, delta } = event as StreamEvent;
    if (type === 'content_block_start' && block?.type === 'tool_use')
      this.#open = { tool: String(block.name).slice(0, NAME_LIMIT), json: '' };
    const piece = delta?.partial_json;
    if (this.#open !== null && typeof piece === 'string' && this.#open.json.length < LOOK_LIMIT)
      this.#open.json += piece;
    if (type === 'content_block_stop') this.#close();
  }

  #close(): void {
    if (this.#open !== null) this.calls.push(toolCall(this.#open.tool, this.#open.json));
    this.#open = null;
  }
}

/** The same of a whole message. */
export function toolCallsIn(message: object | null): ToolCall[] {
  const { content } = (message ?? {}) as { content?: unknown };
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: StreamEvent['content_block']) =>
    block?.type === 'tool_use'
      ? [toolCall(String(block.name).slice(0, NAME_LIMIT), JSON.stringify(block.input))]
      : [],
  );
}

/** As far as it is looked at; nothing of it is taken for granted. */
type StreamEvent = {
  type?: unknown;
  content_block?: { type?: unknown; name?: unknown; input?: unknown } | null;
  delta?: { partial_json?: unknown } | null;
};

function toolCall(tool: string, json: string | undefined): ToolCall {
  return { tool, reaches: reachesOf((json ?? '').slice(0, LOOK_LIMIT)) };
}
