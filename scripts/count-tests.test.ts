import { describe, expect, it } from 'vitest';
import { countTests } from './count-tests.mjs';

const report = (numbers: object, testResults: object[] = []) =>
  JSON.stringify({
    numTotalTests: 5,
    numPassedTests: 4,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults,
    ...numbers,
  });

const ONE_FAILED = {
  name: '/checkout/a.test.ts',
  status: 'failed',
  assertionResults: [
    {
      status: 'failed',
      fullName: 'adds',
      failureMessages: ['expected 1 to be 2\n    at a.test.ts:3\n\n    at x\n    at y'],
    },
    { status: 'passed', fullName: 'subtracts', failureMessages: [] },
  ],
};
const NOT_LOADED = {
  name: '/checkout/b.test.ts',
  status: 'failed',
  message: 'no such module',
  assertionResults: [],
};

describe('counting tests', () => {
  it.each([
    ['takes the counts of a report', report({}, [ONE_FAILED]), '4 1 0'],
    ['counts a file that could not be loaded as failed', report({}, [ONE_FAILED, NOT_LOADED]), '4 2 0'],
    ['counts a missing report as one failure', null, '0 1 0'],
    ['counts a report cut off in the middle as one failure', '{"numTotal', '0 1 0'],
    ['counts a run without tests as one failure', report({ numTotalTests: 0 }), '0 1 0'],
    ['counts skipped and planned tests as skipped', report({ numPendingTests: 2, numTodoTests: 1 }), '4 0 3'],
  ])('%s', (_title, text, expected) => {
    const { passed, failed, skipped } = countTests(text);

    expect(`${passed} ${failed} ${skipped}`).toBe(expected);
  });

  it('names what failed, with the first lines of why', () => {
    expect(countTests(report({}, [ONE_FAILED, NOT_LOADED])).failures).toEqual([
      '/checkout/a.test.ts: adds\n      expected 1 to be 2\n          at a.test.ts:3\n          at x',
      '/checkout/b.test.ts\n      no such module',
    ]);
  });
});
