/** Every fault of the list is brought about for real somewhere: by a drill, or by a test that can be named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DRILLS } from './all.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { SAME_UNDER_SYSTEMD, UNDER_SYSTEMD } from './under-systemd.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
/** The groups of the fault list and their rows, first and last. */
const GROUPS = [
  ['process', 1, 22],
  ['health', 23, 35],
  ['containers', 36, 48],
  ['data', 49, 58],
  ['sign-in', 59, 65],
  ['emergency', 66, 76],
  ['pages', 77, 83],
  ['schedules', 84, 88],
  ['intruders', 89, 97],
  ['operator', 98, 100],
] as const;
/** What these take is not at hand in a drill: a session with a real model client, an attacker inside a sandbox. */
const ELSEWHERE_ALONE: ReadonlySet<string> = new Set(['emergency', 'intruders']);

/** Whose faults are those of a service that runs: who starts and ends it may matter. */
const RUNNING_SERVICE: ReadonlySet<string> = new Set(['process', 'health', 'data', 'pages', 'operator']);

const rowsBetween = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const rowsOf = (all: readonly { rows: readonly number[] }[]) => new Set(all.flatMap(({ rows }) => rows));
const drilled = rowsOf(DRILLS);
const shownElsewhere = rowsOf(ELSEWHERE);

it.each(GROUPS)('Each fault of the group %s has a drill or a named test', (_name, first, last) => {
  const rows = rowsBetween(first, last);
  expect(rows.filter((row) => !drilled.has(row) && !shownElsewhere.has(row))).toEqual([]);
});

it('The groups that drills are for have few faults without one', () => {
  const rows = GROUPS.filter(([name]) => !ELSEWHERE_ALONE.has(name)).flatMap(([, first, last]) =>
    rowsBetween(first, last),
  );
  // Start limit and both kinds of units take systemd, a lost image takes Docker, the others a broken runner.
  expect(rows.filter((row) => !drilled.has(row))).toEqual([21, 22, 37, 41, 42]);
});

describe('Under systemd', () => {
  const groups = GROUPS.filter(([name]) => RUNNING_SERVICE.has(name));
  const rows = groups.flatMap(([, first, last]) => rowsBetween(first, last));
  const named = new Set(UNDER_SYSTEMD.flatMap(({ drills }) => drills));
  const played = DRILLS.filter(({ name }) => named.has(name));
  const tested = UNDER_SYSTEMD.flatMap(({ tests = [] }) => tests);
  const shown = rowsOf([...played, ...tested]);
  const same = rowsOf(SAME_UNDER_SYSTEMD);

  it('each fault of a running service is shown, or is the same for a reason that is given', () => {
    expect(rows.filter((row) => !shown.has(row) && !same.has(row))).toEqual([]);
    expect(rows.filter((row) => shown.has(row) && same.has(row))).toEqual([]);
  });

  it('each drill that is named is there', () => {
    expect([...named].filter((name) => !played.some((drill) => drill.name === name))).toEqual([]);
  });
});

it.each(ELSEWHERE)('$where has the test it is named for: $test', ({ where, test }) => {
  expect(readFileSync(join(CHECKOUT, where), 'utf8')).toContain(test);
});

it('Every drill has a name of its own, which a person can type', () => {
  const names = DRILLS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
});
