/** Rows of the fault list that are brought about elsewhere: they take a machine, or a clock, of their own. */
export type Elsewhere = { rows: readonly number[]; where: string; about: string };

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    rows: [1, 5, 9, 12, 15, 16, 21, 22, 98],
    where: 'tests/e2e/systemd.test.ts',
    about: 'the same faults under systemd, its start limit, both kinds of units, systemctl stop',
  },
  { rows: [20], where: 'tests/simulation', about: 'a machine that sleeps, clocks that jump' },
];
