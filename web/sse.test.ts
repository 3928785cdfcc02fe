import { expect, test } from 'vitest';
import { SseParser } from './sse.ts';

const STREAM =
  ': hello\r\nevent: status\r\ndata: {"a":\r\ndata: 1}\r\nid: 7\r\n\r\ndata:폴\n\nevent: x\n\ndata: cut';
const EXPECTED = [
  { event: 'status', data: '{"a":\n1}' },
  { event: 'message', data: '폴' },
];

test('events come out whole, whatever the line ends; comments, dataless and unfinished ones do not', () => {
  expect(new SseParser().push(STREAM)).toEqual(EXPECTED);
});

test('the stream may be cut at every place', () => {
  for (let cut = 0; cut <= STREAM.length; cut += 1) {
    const parser = new SseParser();
    expect([...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))]).toEqual(EXPECTED);
  }
});

test('one character at a time gives the same events', () => {
  const parser = new SseParser();
  expect(Array.from(STREAM).flatMap((character) => parser.push(character))).toEqual(EXPECTED);
});
