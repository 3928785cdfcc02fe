/** The rows as a Markdown table, which a terminal shows well enough and a README takes as it is. Pure. */
import type { Row } from './bench.ts';
import { amount, describeLimit, judge } from './limit.ts';
import type { Spread } from './spread.ts';

const HEAD = ['what', 'p50', 'p90', 'p99', 'n', 'budget', 'verdict', 'baseline of the same run'];

export function renderTable(rows: readonly Row[]): string[] {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = HEAD, ...body] = cells;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)];
}

function cellsOf({ what, unit, figure, limits, baseline }: Row): string[] {
  const budget = limits.map((limit) => describeLimit(limit, unit)).join(', ');
  return [
    what,
    `${amount(figure.p50)} ${unit}`,
    amount(figure.p90),
    amount(figure.p99),
    String(figure.n),
    budget || '–',
    verdictOf(figure, limits, unit),
    baseline
      ? `${baseline.what}: ${amount(baseline.figure.p50)} / ${amount(baseline.figure.p90)} ${baseline.unit}`
      : '',
  ];
}

function verdictOf(figure: Spread, limits: Row['limits'], unit: string): string {
  const verdict = judge(figure, limits, unit);
  switch (verdict.kind) {
    case 'no_budget':
      return '–';
    case 'ok':
      return 'ok';
    case 'missed':
      return `missed: ${verdict.by}`;
  }
}
