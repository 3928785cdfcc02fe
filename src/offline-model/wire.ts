/**
 * Encodes a scripted answer as Anthropic's Messages API sends it: one JSON message, or the events of a stream
 * (message_start, content_block_start/delta/stop per block, message_delta, message_stop). Pure.
 */

export type ScriptedBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; name: string; input: object };

export type ScriptedAnswer = {
  blocks: readonly ScriptedBlock[];
  stopReason: 'end_turn' | 'tool_use' | 'max_tokens';
  usage: { inputTokens: number; outputTokens: number };
};

export type AnswerIdentity = {
  /** Letters, digits, `_` and `-`, unique per answer: tool-use ids are made of it, and they must not repeat. */
  id: string;
  /** The model the request named: clients check that it comes back. */
  model: string;
};

/** A stream's text comes in pieces of this many characters, so that streaming can be seen at work. */
const PIECE_LENGTH = 40;

export function encodeMessage(answer: ScriptedAnswer, identity: AnswerIdentity): object {
  return {
    ...messageHead(identity),
    content: answer.blocks.map((block, index) => wholeBlock(block, toolId(identity, index))),
    stop_reason: answer.stopReason,
    usage: { input_tokens: answer.usage.inputTokens, output_tokens: answer.usage.outputTokens },
  };
}

/** The stream's events in order, each a complete `event:`/`data:` record with its blank line. */
export function encodeEvents(answer: ScriptedAnswer, identity: AnswerIdentity): string[] {
  const { inputTokens, outputTokens } = answer.usage;
  const usage = { input_tokens: inputTokens, output_tokens: 1 };
  const message = { ...messageHead(identity), content: [], stop_reason: null, usage };
  return [
    event({ type: 'message_start', message }),
    ...answer.blocks.flatMap((block, index) => blockEvents(block, index, toolId(identity, index))),
    event({
      type: 'message_delta',
      delta: { stop_reason: answer.stopReason, stop_sequence: null },
      usage: { output_tokens: outputTokens },
    }),
    event({ type: 'message_stop' }),
  ];
}

function messageHead({ id, model }: AnswerIdentity) {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null };
}

function toolId({ id }: AnswerIdentity, index: number): string {
  return `toolu_${id}_${index}`;
}

function wholeBlock(block: ScriptedBlock, id: string): object {
  return block.type === 'text' ? block : { type: 'tool_use', id, name: block.name, input: block.input };
}

function blockEvents(block: ScriptedBlock, index: number, id: string): string[] {
  const empty = block.type === 'text' ? { type: 'text', text: '' } : wholeBlock({ ...block, input: {} }, id);
  const deltas =
    block.type === 'text'
      ? pieces(block.text).map((text) => ({ type: 'text_delta', text }))
      : pieces(JSON.stringify(block.input)).map((json) => ({ type: 'input_json_delta', partial_json: json }));
  return [
    event({ type: 'content_block_start', index, content_block: empty }),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ];
}

function event(data: { type: string; [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Cut between code points, so that no piece holds half a character. */
function pieces(text: string): string[] {
  const characters = [...text];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += PIECE_LENGTH) {
    cut.push(characters.slice(at, at + PIECE_LENGTH).join(''));
  }
  return cut;
}
