import { describe, expect, it } from 'vitest';
import { type Reach, reachesOf } from './reach.ts';
import { createTokenReader } from './tokens.ts';

const event = (value: object) => `event: x\ndata: ${JSON.stringify(value)}\n\n`;
const piece = (json: string) => ({
  type: 'content_block_delta',
  index: 1,
  delta: { type: 'input_json_delta', partial_json: json },
});
const STREAM = [
  { type: 'message_start', message: { model: 'claude-x', usage: { input_tokens: 7, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a "tool_use" of words' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 't1', name: 'Bash', input: {} },
  },
  ...['{"command":"curl --unix-socket /var/run/doc', 'ker.sock http://x/"}'].map(piece),
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 't2', name: 'Read', input: {} },
  },
  { type: 'content_block_stop', index: 2 },
]
  .map(event)
  .join('');

function callsIn(text: string, chunkLength: number) {
  const reader = createTokenReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkLength) reader.push(bytes.subarray(at, at + chunkLength));
  return reader.toolCalls();
}

describe('tool calls', () => {
  it.each([1, 7, 10_000])('are read from a stream that comes in chunks of %i bytes', (chunkLength) => {
    expect(callsIn(STREAM, chunkLength)).toEqual([
      { tool: 'Bash', reaches: ['engine', 'outside'] },
      { tool: 'Read', reaches: [] },
    ]);
  });

  it('are read from a whole message', () => {
    const content = [
      { type: 'text', text: 'well' },
      { type: 'tool_use', id: 't', name: 'Bash', input: { command: 'cat /proc/1/environ' } },
    ];
    expect(callsIn(JSON.stringify({ content }), 1000)).toEqual([{ tool: 'Bash', reaches: ['processes'] }]);
  });

  it.each(['{"content":[null,5,"x"]}', '{"content":7}', 'data: {"type":"content_block_stop"}\n\n', ''])(
    'are not made up for %s',
    (text) => expect(callsIn(text, 1000)).toEqual([]),
  );
});

describe('what a call reaches for', () => {
  it.each<[string, Reach[]]>([
    ['npm test && git status', []],
    ['cat notes.md | sort', []],
    ['curl -s https://example.org/a', []],
    ['curl http://169.254.169.254/latest', ['metadata']],
    ["bash -c 'echo > /dev/tcp/172.17.0.1/80'", ['own_network']],
    ['curl http://127.0.0.1:8787/', ['own_network']],
    ['echo x > /proc/sys/kernel/core_pattern', ['kernel']],
    ['unshare -Urm true', ['privileges']],
    ['cat /proc/*/environ', ['processes']],
    ['cat ~/.claude/.credentials.json', ['secrets']],
    ['ls /workspace/../groups/main', ['other_agents']],
    ['touch /etc/x', ['outside']],
  ])('%s', (command, reaches) => {
    expect(reachesOf(JSON.stringify({ command }))).toEqual(reaches);
  });
});
