import { describe, expect, it } from 'vitest';
import { displayWidth, formatDuration, formatTable, parseDuration } from './format.ts';

describe('durations', () => {
  it.each([
    [0.0042, '4 ms'],
    [4.25, '4.3 s'],
    [59.9, '59 s'],
    [192, '3 min 12 s'],
    [7200, '2 h'],
    [273_600, '3 d 4 h'],
    [null, '–'],
  ])('%s seconds read %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    ['90s', 90],
    ['15m', 900],
    ['7d', 604_800],
    ['1.5h', 5400],
    ['7', null],
    ['d', null],
    ['-1d', null],
  ])('%s is %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe('tables', () => {
  it('align Korean text by the columns it takes, and ignore colours', () => {
    expect(displayWidth('\u001b[31m폴a\u001b[39m')).toBe(3);
    expect(
      formatTable([
        ['폴', 'x'],
        ['abc', 'y'],
      ]),
    ).toEqual(['폴   x', 'abc  y']);
  });
});
