/**
 * Reads token counts and tool calls from an answer while it passes. It only looks: chunks are neither held back nor
 * changed, and an answer it cannot read gives none instead of an error.
 */
import { LineSplitter, LineTooLongError } from '../contracts/lines.ts';
import { type ToolCall, ToolCallReader, toolCallsIn } from './tool-calls.ts';
import type { TokenCount } from './types.ts';

/** Longest SSE line and longest JSON body looked at, bytes; counts in longer ones are not worth the memory. */
const LOOK_LIMIT = 4 * 1024 * 1024;

export interface TokenReader {
  push(chunk: Buffer): void;
  /** Null when the answer told no usage. */
  result(): TokenCount | null;
  /** The model that answered; null when the answer told none. */
  model(): string | null;
  /** In their order; of one that broke off, as far as it came. */
  toolCalls(): readonly ToolCall[];
}

/** A reader that tells an event stream from a JSON body by its first byte; anything else (gzip) it lets be. */
export function createTokenReader(): TokenReader {
  let reader: TokenReader | null = null;
  let begun = false;
  return {
    push(chunk) {
      if (!begun && chunk.length > 0) {
        begun = true;
        reader = readerFor(String.fromCharCode(chunk[0] ?? 0));
      }
      reader?.push(chunk);
    },
    result: () => reader?.result() ?? null,
    model: () => reader?.model() ?? null,
    toolCalls: () => reader?.toolCalls() ?? [],
  };
}

function readerFor(first: string): TokenReader | null {
  if (first === '{') return new BodyReader();
  // An event stream begins with a field name (`event`, `data`, `id`, `retry`) or a comment.
  return 'edir:'.includes(first) ? new EventReader() : null;
}

class EventReader implements TokenReader {
  #lines: LineSplitter | null = new LineSplitter(LOOK_LIMIT);
  readonly #tools = new ToolCallReader();
  #count: TokenCount | null = null;
  #model: string | null = null;

  push(chunk: Buffer): void {
    if (this.#lines === null) return;
    try {
      for (const line of this.#lines.push(chunk)) this.#read(line);
    } catch (error) {
      if (!(error instanceof LineTooLongError)) throw error;
      this.#lines = null; // keeps what was counted so far
    }
  }

  result(): TokenCount | null {
    return this.#count;
  }

  model(): string | null {
    return this.#model;
  }

  toolCalls(): readonly ToolCall[] {
    return this.#tools.calls;
  }

  /** Text, the bulk, is not even parsed; only `message_start` and `message_delta` carry usage. */
  #read(line: string): void {
    if (!line.startsWith('data:')) return;
    const hasUsage = line.includes('"usage"');
    if (!hasUsage && !ToolCallReader.concerns(line)) return;
    const event = parseObject(line.slice('data:'.length));
    if (event !== null) this.#tools.read(event);
    if (!hasUsage) return;
    const message = objectIn(event, 'message');
    this.#model ??= modelIn(message);
    const usage = objectIn(event, 'usage') ?? objectIn(message, 'usage');
    if (usage !== null) this.#count = merge(this.#count, usage);
  }
}

class BodyReader implements TokenReader {
  #chunks: Buffer[] = [];
  #held = 0;

  push(chunk: Buffer): void {
    this.#held += chunk.length;
    if (this.#held > LOOK_LIMIT) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  result(): TokenCount | null {
    const usage = objectIn(this.#parse(), 'usage');
    return usage === null ? null : merge(null, usage);
  }

  model(): string | null {
    return modelIn(this.#parse());
  }

  toolCalls(): readonly ToolCall[] {
    return toolCallsIn(this.#parse());
  }

  #parse(): object | null {
    if (this.#held > LOOK_LIMIT) return null;
    return parseObject(Buffer.concat(this.#chunks).toString('utf8'));
  }
}

/** Later counts replace earlier ones: Anthropic's are cumulative, and a delta may leave some out. */
function merge(before: TokenCount | null, usage: object): TokenCount {
  const pick = (name: string, old: number | undefined) => {
    const value: unknown = Reflect.get(usage, name);
    return typeof value === 'number' ? value : (old ?? 0);
  };
  return {
    input: pick('input_tokens', before?.input),
    output: pick('output_tokens', before?.output),
    cacheRead: pick('cache_read_input_tokens', before?.cacheRead),
    cacheWrite: pick('cache_creation_input_tokens', before?.cacheWrite),
  };
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null; // not JSON after all: there is nothing to count in it
  }
}

function objectIn(value: object | null, name: string): object | null {
  const inner: unknown = value === null ? null : Reflect.get(value, name);
  return typeof inner === 'object' ? inner : null;
}

function modelIn(value: object | null): string | null {
  const model: unknown = value === null ? null : Reflect.get(value, 'model');
  return typeof model === 'string' ? model : null;
}
