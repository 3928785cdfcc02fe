/**
 * `npm run soak -- --hours N [--seed N] [--healthy]`: a whole installation in the test world under light traffic, while platforms
 * misbehave and the orchestrator, the supervisor and containers are killed now and then. A line a minute, the judge's
 * verdict at the end; 0 only when nothing was lost, answered twice, elsewhere or out of order. With `--healthy` nothing
 * breaks and nothing is killed, and 0 also wants no restart, no incident and no page.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../contracts/exit-codes.ts';
import { openArena } from '../e2e/quiz/arena.ts';
import { Chance } from '../simulation/chance.ts';
import { soak } from './soak.ts';

const USAGE = 'usage: npm run soak -- --hours N [--seed N] [--healthy]';

function readArguments(): { hours: number; seed: number; isHealthy: boolean } | null {
  try {
    const options = {
      hours: { type: 'string' },
      seed: { type: 'string', default: '1' },
      healthy: { type: 'boolean', default: false },
    } as const;
    const { values } = parseArgs({ options });
    const [hours, seed] = [Number(values.hours), Number(values.seed)];
    return hours > 0 && Number.isInteger(seed) ? { hours, seed, isHealthy: values.healthy } : null;
  } catch {
    return null; // an unknown option: the usage tells which there are
  }
}

const given = readArguments();
if (given === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EXIT.usage);
}
// The supervisor goes by its usual policy: budgets and waits are part of what is tried.
const arena = await openArena(3, { failpoint: false, policy: {} });
const report = await soak(arena, {
  lengthMs: given.hours * 3_600_000,
  chance: new Chance(given.seed),
  isHealthy: given.isHealthy,
  print: (line) => process.stdout.write(`${line}\n`),
});
await arena.stop();
process.exit(report.isSpotless ? EXIT.ok : EXIT.failure);
