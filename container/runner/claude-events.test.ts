import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { createTranslator } from './claude-events.ts';

/** Messages as Claude Code 2.1.329 sent them, without the fields of no matter here. */
const message = (fields: object) => fields as unknown as SDKMessage;
const assistant = { type: 'assistant', parent_tool_use_id: null, uuid: 'x1' };
const usage = {
  input_tokens: 3,
  cache_creation_input_tokens: 4,
  cache_read_input_tokens: 5,
  output_tokens: 2,
};
const result = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'hello',
  usage,
  total_cost_usd: 0.5,
  modelUsage: {
    large: { inputTokens: 3, cacheCreationInputTokens: 4, cacheReadInputTokens: 5, outputTokens: 2 },
    small: { inputTokens: 100, cacheCreationInputTokens: 0, cacheReadInputTokens: 0, outputTokens: 20 },
  },
};

describe('the translation of a message', () => {
  it.each([
    [
      'init names the session',
      { type: 'system', subtype: 'init', session_id: 's1' },
      [{ type: 'started', session: 's1' }],
    ],
    [
      'a retry is told with its status',
      { type: 'system', subtype: 'api_retry', attempt: 2, error_status: null },
      [{ type: 'retry', attempt: 2, status: null }],
    ],
    [
      'a replayed input is taken',
      { type: 'user', isReplay: true, uuid: 'u1' },
      [{ type: 'taken', inputs: ['u1'] }],
    ],
    ['a tool result is nothing', { type: 'user', uuid: 'u1', message: {} }, []],
    ['an assistant message is a resume point', assistant, [{ type: 'said', assistant: 'x1' }]],
    [
      'an assistant message names what it answers',
      { ...assistant, user_message_uuids: ['u1', 'u2'] },
      [
        { type: 'taken', inputs: ['u1', 'u2'] },
        { type: 'said', assistant: 'x1' },
      ],
    ],
    ['an error message is no resume point', { ...assistant, error: 'rate_limit' }, []],
    ['a cut message is no resume point', { ...assistant, aborted: true }, []],
    ["a subagent's message is nothing", { ...assistant, parent_tool_use_id: 'toolu_1' }, []],
    ['an unknown message is nothing', { type: 'command_lifecycle', state: 'queued' }, []],
  ])('%s', (_title, fields, events) => {
    expect(createTranslator()(message(fields))).toEqual(events);
  });

  it('turns a result into a reply with its usage, and with the session’s that its subagents have part in', () => {
    const reply = { type: 'result', inputs: ['u1'], text: 'hello', failure: null };
    const figures = {
      own: { inputTokens: 12, outputTokens: 2 },
      total: { inputTokens: 112, outputTokens: 22, costUsd: 0.5 },
    };
    expect(createTranslator()(message({ ...result, user_message_uuids: ['u1'] }))).toEqual([
      { ...reply, ...figures },
    ]);
  });

  it('takes a result of white space as one without text', () => {
    expect(createTranslator()(message({ ...result, result: ' \n' }))).toMatchObject([
      { text: null, inputs: null },
    ]);
  });

  it('explains an error result by the assistant message before it', () => {
    const translate = createTranslator();
    translate(message({ ...assistant, error: 'billing_error' }));
    const events = translate(message({ ...result, is_error: true, api_error_status: 400 }));
    expect(events).toMatchObject([{ failure: { code: 'credit' } }]);
  });
});
