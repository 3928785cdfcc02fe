/** The days that are run, and how a bad one is told and seen again. */
import { decide } from '../../supervisor/decide/decide.ts';
import { Day, type DayPlan, type DayResult } from './day.ts';
import { FAULTS, type Fault } from './faults.ts';
import { NUISANCES } from './nuisances.ts';

/** With the company some of them bring, a day has more. */
const ORDINARY: Omit<DayPlan, 'seed'> = { hours: 24, settleHours: 3, faults: 7, troubles: FAULTS, decide };

export function runSeed(seed: number, core: typeof decide = decide): DayResult {
  return new Day({ ...ORDINARY, seed, decide: core }).run();
}

/** A month in which nothing is wrong: slow starts, load, suspends, clock changes and quiet nights. */
export function runHealthyDays(seed: number, days: number): DayResult {
  const hours = 24 * days;
  return new Day({ ...ORDINARY, seed, hours, faults: 6 * days, troubles: NUISANCES }).run();
}

/** One fault, and the supervisor killed at the n-th durable step after it; without a cut it counts the steps. */
export function runCut(fault: Fault, seed: number, cutAt: number | null): DayResult & { steps: number } {
  let before = 0;
  const struck: Fault = {
    name: `${fault.name}, cut at step ${cutAt}`,
    strike: (day) => {
      before = day.durableSteps;
      if (cutAt !== null) day.killInSteps(cutAt);
      fault.strike(day);
    },
  };
  const day = new Day({ ...ORDINARY, seed, hours: 2, settleHours: 1, faults: 1, troubles: [struck] });
  return { ...day.run(), steps: day.durableSteps - before };
}

/** How a failing seed reads, and how to see it again. */
export function describeDay(result: DayResult): string {
  const broken = result.violations.map(
    ({ invariant, detail, at }) => `  ${(at / 60_000).toFixed(2)} min: ${invariant}: ${detail}`,
  );
  return [
    `seed ${result.seed}: ${result.violations.length} violations`,
    ...broken,
    '  the day:',
    ...result.faults.map((fault) => `    ${fault}`),
    `  again: node dist/proof-sim.js --from ${result.seed} --seeds 1 --workers 1`,
  ].join('\n');
}
