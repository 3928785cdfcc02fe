import { describe, expect, it } from 'vitest';
import { countTests } from './count-tests.mjs';

const report = (numbers: object, testResults: object[] = []) =>
  JSON.stringify({
    numTotalTests: 5,
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults,
    ...numbers,
  });

describe('counting tests', () => {
  it.each([
    ['takes the counts of a report', report({}), '4 1 0'],
    [
      'counts a file that could not be loaded as failed',
      report({}, [{ status: 'failed', assertionResults: [] }]),
      '4 2 0',
    ],
    ['counts a missing report as one failure', null, '0 1 0'],
    ['counts a report cut off in the middle as one failure', '{"numTotal', '0 1 0'],
    ['counts a run without tests as one failure', report({ numTotalTests: 0 }), '0 1 0'],
    ['counts skipped and planned tests as skipped', report({ numPendingTests: 2, numTodoTests: 1 }), '4 1 3'],
  ])('%s', (_title, text, expected) => {
    expect(Object.values(countTests(text)).join(' ')).toBe(expected);
  });
});
