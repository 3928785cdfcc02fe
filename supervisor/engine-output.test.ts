import { expect, test } from 'vitest';
import { EngineOutput } from './engine-output.ts';

function frame(stream: number, text: string): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

const WHOLE = Buffer.concat([frame(1, '안녕\n'), frame(2, 'oops\n'), frame(1, ''), frame(1, 'there\n')]);

test.each([1, 2, 3, 7, 8, 9, 1000])('output cut every %i bytes is told apart by its streams', (size) => {
  const said = { stdout: '', stderr: '' };
  const output = new EngineOutput((stream, part) => {
    said[stream] += part.toString('latin1');
  });
  for (let at = 0; at < WHOLE.length; at += size) output.push(WHOLE.subarray(at, at + size));
  expect(Buffer.from(said.stdout, 'latin1').toString()).toBe('안녕\nthere\n');
  expect(said.stderr).toBe('oops\n');
});

test('a line kept in pieces is one line, and the next another', () => {
  let said = '';
  const output = new EngineOutput((_stream, part) => {
    said += part.toString();
  });
  const piece = 'x'.repeat(16_384);
  for (const text of [piece, piece, 'end', 'next\n']) output.push(frame(1, text));
  expect(said).toBe(`${piece}${piece}end\nnext\n`);
});
