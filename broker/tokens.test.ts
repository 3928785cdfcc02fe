import { describe, expect, it } from 'vitest';
import { createTokenReader } from './tokens.ts';

const STREAM = [
  'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":7,"cache_read_input_tokens":90,"output_tokens":1}}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"안녕 \\"usage\\""}}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":42}}\n\n',
].join('');

function read(text: string | Buffer, chunkLength: number) {
  const reader = createTokenReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkLength) reader.push(bytes.subarray(at, at + chunkLength));
  return reader.result();
}

describe('token counts', () => {
  it.each([1, 7, 64, 10_000])('are read from a stream that comes in chunks of %i bytes', (chunkLength) => {
    expect(read(STREAM, chunkLength)).toEqual({ input: 7, output: 42, cacheRead: 90, cacheWrite: 0 });
  });

  it('come with the model that answered', () => {
    const reader = createTokenReader();
    reader.push(Buffer.from(STREAM));
    expect(reader.model()).toBe('claude-x');
    const body = createTokenReader();
    body.push(Buffer.from('{"model":"claude-y","usage":{"input_tokens":1}}'));
    expect(body.model()).toBe('claude-y');
  });

  it('are as of the last event when a stream breaks off', () => {
    expect(read(STREAM.slice(0, 200), 50)).toMatchObject({ input: 7, output: 1 });
  });

  it.each([1, 1000])('are read from a JSON body that comes in chunks of %i bytes', (chunkLength) => {
    const body =
      '{"content":[{"text":"가"}],"usage":{"input_tokens":3,"output_tokens":4,"cache_creation_input_tokens":5}}';
    expect(read(body, chunkLength)).toEqual({ input: 3, output: 4, cacheRead: 0, cacheWrite: 5 });
  });

  it.each([
    ['an error', '{"type":"error","error":{"type":"overloaded_error"}}'],
    ['half a body', '{"usage":{"input_tokens":3'],
    ['compressed bytes', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a page of a proxy', '<html>"usage"</html>'],
    ['nothing', ''],
    ['an event with broken JSON', 'data: {"usage":\n\n'],
  ])('are not made up for %s', (_case, text) => {
    expect(read(text, 1000)).toBeNull();
  });
});
