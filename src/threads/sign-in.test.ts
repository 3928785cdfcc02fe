import { describe, expect, it } from 'vitest';
import { askConsent, codeIn, isAnswerTo } from './sign-in.ts';

const consent = { ...askConsent({ id: '1' }), state: 'ours' };
const BACK = 'https://localhost:3000/callback';

describe('an address that the browser came with', () => {
  it.each([
    [`${BACK}?code=abc&state=ours#_`, true, 'abc'],
    [` ${BACK}?state=ours&code=a%2Fb `, true, 'a/b'],
    [`${BACK}?error=access_denied&state=ours`, true, null],
    [`${BACK}?code=abc&state=theirs`, false, null],
    [`${BACK}?code=abc`, false, null],
    ['abc', false, null],
  ])('%s answers this consent: %s, with the code %s', (address, isAnswer, code) => {
    expect([isAnswerTo(address, consent), codeIn(address, consent)]).toEqual([isAnswer, code]);
  });
});
