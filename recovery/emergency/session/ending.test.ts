import { expect, test } from 'vitest';
import { endingOf } from './ending.ts';

const result = (over: object) => ({
  ...{
    type: 'result' as const,
    is_error: true,
    num_turns: 3,
    subtype: 'success',
    result: '',
  },
  ...{ api_error_status: null },
  ...over,
});

test.each([
  ['a last word', 0, result({ is_error: false, result: 'fixed, HTTP 200' }), { kind: 'finished' }],
  ['401', 1, result({ api_error_status: 401 }), { kind: 'no_way', why: 'refused' }],
  ['403', 1, result({ api_error_status: 403 }), { kind: 'no_way', why: 'refused' }],
  ['429', 1, result({ api_error_status: 429 }), { kind: 'no_way', why: 'limited' }],
  ['529', 1, result({ api_error_status: 529 }), { kind: 'no_way', why: 'overloaded' }],
  [
    'a model that is not there',
    1,
    result({ api_error_status: 404 }),
    { kind: 'no_way', why: 'unknown_model' },
  ],
  [
    'no credit',
    1,
    result({ api_error_status: 400, result: 'Your credit balance is too low' }),
    { kind: 'no_way', why: 'no_credit' },
  ],
  [
    'no network',
    1,
    result({ result: 'API Error: Unable to connect to API (ECONNREFUSED)' }),
    { kind: 'no_way', why: 'unreachable' },
  ],
  [
    'no network behind the forwarder',
    1,
    result({ api_error_status: 502 }),
    { kind: 'no_way', why: 'unreachable' },
  ],
  ['its turns used up', 1, result({ subtype: 'error_max_turns' }), { kind: 'spent' }],
  ['its money used up', 1, result({ subtype: 'error_max_budget_usd' }), { kind: 'spent' }],
  ['money that the forwarder counted', 1, result({ api_error_status: 423 }), { kind: 'spent' }],
  ['another error', 1, result({ result: 'something odd' }), { kind: 'broken' }],
  ['no result at all', 127, null, { kind: 'broken' }],
  ['a kill', null, null, { kind: 'broken' }],
])('%s is told apart', (_name, code, given, ending) => {
  expect(endingOf(code, given, 'bwrap: no')).toMatchObject(ending);
});

test('words that would move a terminal’s cursor, or turn its line around, are shown as signs that do nothing', () => {
  const words = 'API \u001b]52;c;aGFybQ==\u0007\u202egnihton\nsecond line';
  for (const [given, errors] of [
    [result({ result: words }), ''],
    [null, words],
  ] as const)
    expect(endingOf(1, given, errors).detail).toMatch(
      /API \uFFFD]52;c;aGFybQ==\uFFFD\uFFFDgnihton second line$/,
    );
});

test.each([
  [
    'looked.\nCAUSE: a full disk\nFIX: none\nPROOF: df',
    '3 turns; its own word: CAUSE: a full disk FIX: none PROOF: df',
  ],
  ['I give up', '3 turns; its own word: I give up'],
  ['', '3 turns'],
])('what it says at its end is kept as its own word: %j', (words, detail) => {
  expect(endingOf(0, result({ is_error: false, result: words }), '')).toEqual({ kind: 'finished', detail });
});

test('without a result the errors say why', () => {
  expect(endingOf(1, null, 'bwrap: cannot\n')).toEqual({
    kind: 'broken',
    detail: 'it ended with 1 and no result: bwrap: cannot',
  });
});
