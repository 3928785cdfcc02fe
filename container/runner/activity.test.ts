import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { beforeEach, expect, it } from 'vitest';
import { Activity } from './activity.ts';

let now: number;
let activity: Activity;
beforeEach(() => {
  now = 1000;
  activity = new Activity(() => now);
  activity.begin();
});

/** What matters of a message; the SDK's own have much more. */
const hear = (type: string, content: object[] | string = [], parent: string | null = null) =>
  activity.hear({ type, parent_tool_use_id: parent, message: { content } } as unknown as SDKMessage);

it('tells for how long nothing was said', () => {
  now += 300;
  expect(activity.quietMs).toBe(300);
  hear('assistant', [{ type: 'text', text: 'hm' }]);
  now += 20;
  expect(activity.quietMs).toBe(20);
});

it('is not quiet while a tool runs, also when another one is done and its subagent says something', () => {
  const tools = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'Agent' }));
  hear('assistant', tools);
  hear('user', [{ type: 'tool_result', tool_use_id: 'a' }]);
  hear('assistant', [{ type: 'tool_use', id: 'c', name: 'Bash' }], 'b');
  now += 1_000_000;
  expect(activity.quietMs).toBeNull();
  hear('user', [{ type: 'tool_result', tool_use_id: 'b' }]);
  now += 5;
  expect(activity.quietMs).toBe(5);
});

it.each([
  ['a result', () => hear('result')],
  ['the next turn', () => activity.begin()],
])('forgets tools that never gave a result with %s', (_with, happen) => {
  hear('assistant', [{ type: 'tool_use', id: 'a', name: 'Bash' }]);
  happen();
  expect(activity.quietMs).toBe(0);
});

it.each([
  ['thinks while no tool runs', [], 'thinking'],
  ['runs a command', ['Bash'], 'command'],
  ['reads files', ['Grep'], 'files'],
  ['looks at the web', ['WebFetch'], 'web'],
  ['waits for subagents', ['Agent'], 'subagents'],
  ['waits for one that it has written to', ['SendMessage'], 'subagents'],
  ['uses some other tool', ['mcp__nanoclaw__send_message'], 'tool'],
  ['does what it began last', ['Agent', 'Bash'], 'command'],
])('tells that it %s', (_, tools, doing) => {
  hear(
    'assistant',
    tools.map((name) => ({ type: 'tool_use', id: name, name })),
  );
  expect(activity.doing).toBe(doing);
});

it('is back at thinking when its tool is done', () => {
  hear('assistant', [{ type: 'tool_use', id: 'a', name: 'Bash' }]);
  hear('user', [{ type: 'tool_result', tool_use_id: 'a' }]);
  expect(activity.doing).toBe('thinking');
});
