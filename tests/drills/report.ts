/** Drills and their reports as tables. */
import { loadavg } from 'node:os';
import { formatTable } from '../../src/cli/format.ts';
import type { Drill } from './drill.ts';
import { ELSEWHERE } from './elsewhere.ts';
import type { Report } from './outcome.ts';
import { drilledUnderSystemd, SAME_UNDER_SYSTEMD } from './under-systemd.ts';

const HEAD = [
  ...['fault', 'manager', 'tier', 'detected after', 'healed after'],
  ...['lost', 'twice', 'pages', 'verdict'],
];

export function reportLines(reports: readonly Report[]): string[] {
  const count = (wanted: Report['verdict']) => reports.filter(({ verdict }) => verdict === wanted).length;
  const slow = count('slow');
  return [
    ...formatTable([HEAD, ...reports.map(rowOf)]),
    ...reports.flatMap(({ name, manager, why }) =>
      why === null ? [] : ['', `${name} (${manager}): ${why}`],
    ),
    '',
    `${reports.length} drills: ${count('passed')} passed, ${slow} slow, ${count('failed')} failed, ${count('skipped')} skipped`,
    ...(slow === 0 ? [] : [`The limits are those of a machine at rest; this one has a load of ${load()}.`]),
  ];
}

const load = () => (loadavg()[0] ?? 0).toFixed(1);

function rowOf(report: Report): string[] {
  const { name, manager, tier, limits, lost, answeredTwice, pages, verdict } = report;
  return [
    ...[name, manager, tier === null ? '–' : String(tier)],
    figure(report.detectedAfter, limits.detectedAfter),
    figure(report.healedAfter, limits.healedAfter),
    ...[lost, answeredTwice, pages].map(String),
    verdict,
  ];
}

/** `0.02 s`, with its limit where it has one: `0.02 s (0.10)`. */
function figure(value: number | null, limit: number | null): string {
  if (value === null) return '–';
  return `${value.toFixed(2)} s${limit === null ? '' : ` (${limit.toFixed(2)})`}`;
}

export function listLines(drills: readonly Drill[]): string[] {
  const manager = (name: string) => (drilledUnderSystemd.has(name) ? 'both' : 'child');
  const shown = drills.map(({ name, rows, about }) => [name, rows.join(' '), manager(name), about]);
  const others = ELSEWHERE.map(({ where, rows, test }) => [where, rows.join(' '), test]);
  return [
    ...formatTable([['drill', 'rows', 'manager', 'what must be seen'], ...shown]),
    ...['', 'Brought about elsewhere:', ...formatTable(others)],
    ...['', 'The same under systemd:'],
    ...SAME_UNDER_SYSTEMD.map(({ rows, because }) => `${rows.join(' ')}: ${because}`),
  ];
}
