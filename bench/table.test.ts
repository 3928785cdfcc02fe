import { describe, expect, it } from 'vitest';
import { judge } from './limit.ts';
import { spreadOf } from './spread.ts';
import { renderTable } from './table.ts';

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('the spread of samples', () => {
  it.each([
    [[7], { n: 1, p50: 7, p90: 7, p99: 7 }],
    [[3, 1, 2], { n: 3, p50: 2, p90: 3, p99: 3 }],
    [upTo(100).reverse(), { n: 100, p50: 50, p90: 90, p99: 99 }],
  ])('takes percentiles from what was seen, in any order: case %#', (samples, spread) => {
    expect(spreadOf(samples)).toEqual(spread);
  });

  it('refuses to say anything about no samples', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('the verdict', () => {
  const figure = spreadOf(upTo(10)); // p50 5, p90 9, p99 10
  it.each([
    [[], { kind: 'no_budget' }],
    [[{ at: 'p50', most: 5 }], { kind: 'ok' }],
    [[{ at: 'p50', least: 5 }], { kind: 'ok' }],
    [
      [
        { at: 'p50', most: 5 },
        { at: 'p99', most: 8 },
      ],
      { kind: 'missed', by: 'p99 by 2.00 ms (25 %)' },
    ],
    [[{ at: 'p90', least: 10 }], { kind: 'missed', by: 'p90 by 1.00 ms (10 %)' }],
    [[{ at: 'p50', most: -1 }], { kind: 'missed', by: 'p50 by 6.00 ms' }],
  ] as const)('says which limit was missed and by how much: case %#', (limits, verdict) => {
    expect(judge(figure, limits, 'ms')).toEqual(verdict);
  });
});

it('the table is Markdown, one row a figure, with the budget and the baseline in words', () => {
  const figure = spreadOf([1, 2, 3]);
  const rows = renderTable([
    {
      what: 'boot',
      unit: 'ms',
      figure,
      limits: [{ at: 'p50', most: 2.6, from: '1.3 × baseline' }],
      baseline: { what: 'imports', unit: 'ms', figure },
    },
    { what: 'size', unit: 'MiB', figure, limits: [], baseline: null },
  ]);
  expect(
    rows.map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .filter(Boolean),
    ),
  ).toEqual([
    ['what', 'p50', 'p90', 'p99', 'n', 'budget', 'verdict', 'baseline of the same run'],
    expect.arrayContaining([expect.stringMatching(/^-+$/)]),
    [
      'boot',
      '2.00 ms',
      '3.00',
      '3.00',
      '3',
      'p50 ≤ 2.60 ms (1.3 × baseline)',
      'ok',
      'imports: 2.00 / 3.00 ms',
    ],
    ['size', '2.00 MiB', '3.00', '3.00', '3', '–', '–'],
  ]);
});
