import { describe, expect, it } from 'vitest';
import { encodeEvents, encodeMessage, type ScriptedAnswer } from './wire.ts';

const identity = { id: 'abc', model: 'claude-test' };
const answer: ScriptedAnswer = {
  blocks: [
    { type: 'text', text: '가'.repeat(50) },
    { type: 'tool_use', name: 'Bash', input: { command: 'date' } },
  ],
  stopReason: 'tool_use',
  usage: { inputTokens: 12, outputTokens: 34 },
};

/** Puts a stream together again, as a client does. */
function read(events: readonly string[]) {
  const data = events.map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? ''));
  const types = data.map((event) => event.type);
  const deltas = data.filter((event) => event.type === 'content_block_delta').map((event) => event.delta);
  return {
    data,
    types,
    text: deltas.map((delta) => delta.text ?? '').join(''),
    json: deltas.map((delta) => delta.partial_json ?? '').join(''),
  };
}

describe('the events of an answer', () => {
  it('come in the order that the Messages API keeps', () => {
    expect(read(encodeEvents(answer, identity)).types).toEqual([
      'message_start',
      ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
      ...['content_block_start', 'content_block_delta', 'content_block_stop'],
      'message_delta',
      'message_stop',
    ]);
  });

  it('name their type in the event field and end with a blank line', () => {
    for (const event of encodeEvents(answer, identity)) {
      expect(event).toMatch(/^event: (\w+)\ndata: \{"type":"\1".*\}\n\n$/);
    }
  });

  it('hold the whole text and the whole tool input', () => {
    const { text, json } = read(encodeEvents(answer, identity));
    expect(text).toBe('가'.repeat(50));
    expect(JSON.parse(json)).toEqual({ command: 'date' });
  });

  it('begin a tool call with an empty input, which the deltas fill', () => {
    const { data } = read(encodeEvents(answer, identity));
    expect(data[5].content_block).toEqual({ type: 'tool_use', id: 'toolu_abc_1', name: 'Bash', input: {} });
  });

  it('never cut a character in two', () => {
    const emoji: ScriptedAnswer = { ...answer, blocks: [{ type: 'text', text: '👍🏽'.repeat(60) }] };
    expect(read(encodeEvents(emoji, identity)).text).toBe('👍🏽'.repeat(60));
    expect(encodeEvents(emoji, identity).join('')).not.toMatch(/\\ud[89a-f]/i);
  });

  it('tell why the answer ends and what it used', () => {
    const { data } = read(encodeEvents(answer, identity));
    expect(data.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 34 } });
    expect(data[0].message).toMatchObject({
      id: 'msg_abc',
      model: 'claude-test',
      usage: { input_tokens: 12 },
    });
  });
});

it('An answer without streaming is one message with the same content', () => {
  expect(encodeMessage(answer, identity)).toEqual({
    ...{ id: 'msg_abc', type: 'message', role: 'assistant', model: 'claude-test' },
    content: [
      { type: 'text', text: '가'.repeat(50) },
      { type: 'tool_use', id: 'toolu_abc_1', name: 'Bash', input: { command: 'date' } },
    ],
    ...{ stop_reason: 'tool_use', stop_sequence: null, usage: { input_tokens: 12, output_tokens: 34 } },
  });
});
