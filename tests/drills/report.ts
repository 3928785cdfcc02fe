/** Drills and their reports as tables. */
import { formatTable } from '../../src/cli/format.ts';
import type { Drill } from './drill.ts';
import { ELSEWHERE } from './elsewhere.ts';
import type { Report } from './run.ts';

const HEAD = [...['fault', 'tier', 'detected after', 'healed after', 'lost', 'twice', 'pages', 'verdict']];

export function reportLines(reports: readonly Report[]): string[] {
  const failed = reports.filter(({ verdict }) => verdict === 'failed');
  const passed = reports.filter(({ verdict }) => verdict === 'passed');
  return [
    ...formatTable([HEAD, ...reports.map(rowOf)]),
    ...reports.flatMap(({ name, why }) => (why === null ? [] : ['', `${name}: ${why}`])),
    '',
    `${passed.length} passed, ${failed.length} failed, ${reports.length - passed.length - failed.length} skipped`,
  ];
}

function rowOf(report: Report): string[] {
  const { name, tier, detectedAfter, healedAfter, lost, answeredTwice, pages, verdict } = report;
  const seconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(2)} s`);
  const counts = [lost, answeredTwice, pages].map(String);
  return [
    name,
    tier === null ? '–' : String(tier),
    seconds(detectedAfter),
    seconds(healedAfter),
    ...counts,
    verdict,
  ];
}

export function listLines(drills: readonly Drill[]): string[] {
  const shown = drills.map(({ name, rows, about }) => [name, rows.join(' '), about]);
  const others = ELSEWHERE.map(({ where, rows, test }) => [where, rows.join(' '), test]);
  return [...formatTable(shown), '', 'Brought about elsewhere:', ...formatTable(others)];
}
