import { expect, it } from 'vitest';
import { judgeAnswer } from './readyz.ts';

const EXPECTED = { pid: 7, startId: 'a' };

it.each([
  ['an error of the server is that of the process we know', 500, 'broken', 'not_ready'],
  ['a good answer that is not ours comes from a stranger', 200, '<html>', 'stranger'],
  ['so does a refusal', 404, '{}', 'stranger'],
])('%s', (_case, status, body, kind) => {
  expect(judgeAnswer({ status, body }, EXPECTED).outcome.kind).toBe(kind);
});
