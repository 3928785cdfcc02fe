import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './supervise.ts';

describe('the exit code of up', () => {
  it.each([
    [0, null, 0],
    [78, null, 78],
    [null, 'SIGINT', 130],
    [null, 'SIGTERM', 143],
    [null, 'SIGKILL', 137],
  ] as const)("is the supervisor's own, or 128+n: %s %s → %i", (code, signal, expected) => {
    expect(exitCodeOf(code, signal)).toBe(expected);
  });
});
