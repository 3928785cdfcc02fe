import { expect, test } from 'vitest';
import { describeLogLine, newestError } from './evidence.ts';

const line = (over: object) => JSON.stringify({ level: 50, time: 1, msg: 'a turn failed', ...over });

test.each([
  ['its own words', line({}), '1 50 a turn failed'],
  ['no other field', line({ text: 'what a person wrote', body: 'more' }), '1 50 a turn failed'],
  ['nothing below info', line({ level: 20, msg: 'prompt: …' }), ''],
  ['nothing of a foreign line', 'Error: what a person wrote', ''],
  [
    'an error with its own frames',
    line({ err: { type: 'E', message: 'm', stack: 'E: m\n    at a (src/a.ts:1)\n    at node:internal/x' } }),
    '1 50 a turn failed | E: m | at a (src/a.ts:1)',
  ],
])('a log line gives %s', (_name, given, shown) => {
  expect(describeLogLine(given)).toBe(shown);
});

test.each([
  [
    'the newest, with its error',
    [line({ time: 5 }), line({ time: 9, msg: 'later', err: { type: 'E', message: 'm' } })],
    'later | E: m',
  ],
  ['none that is older than asked for', [line({ time: 4 })], ''],
  ['none of those that are no errors', [line({ time: 9, level: 30 }), 'Error: what a person wrote'], ''],
  ['one whose time is written out', [line({ time: '2026-03-01T00:00:00.000Z' })], 'a turn failed'],
])('of the log’s errors counts %s', (_name, lines, error) => {
  expect(newestError(lines, 5)).toBe(error);
});
