/** Runs seeds and says how to run a bad one again. */
import { decide } from '../../supervisor/decide/decide.ts';
import { Day, type DayResult } from './day.ts';

export const HOURS = 24;
/** With the company some of them bring, a day has more. */
export const FAULTS_A_DAY = 7;

export function runSeed(seed: number, core: typeof decide = decide): DayResult {
  return new Day({ seed, hours: HOURS, faults: FAULTS_A_DAY, decide: core }).run();
}

/** How a failing seed reads, and how to see it again. */
export function describe(result: DayResult): string {
  const broken = result.violations.map(
    ({ invariant, detail, at }) => `  ${(at / 60_000 - 1000 / 60).toFixed(2)} min: ${invariant}: ${detail}`,
  );
  return [
    `seed ${result.seed}: ${result.violations.length} violations`,
    ...broken,
    '  the day:',
    ...result.faults.map((fault) => `    ${fault}`),
    `  again: node dist/proof-sim.js --from ${result.seed} --seeds 1 --workers 1`,
  ].join('\n');
}
