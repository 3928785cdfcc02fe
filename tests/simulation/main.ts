/** `node dist/proof-sim.js [--seeds N] [--from N] [--workers N]`: seeded days on all cores; fails with the bad seeds. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { describeDay, runSeed } from './simulate.ts';

type Share = { from: number; seeds: number; step: number };
type Tally = { days: number; incidents: number; pages: number; starts: number; bad: string[] };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

/** Days after which something is said of how far it is. */
const TELL_EVERY = 250;

if (isMainThread) await runAll();
else parentPort?.postMessage(runShare(workerData as Share, (days) => parentPort?.postMessage(days)));

function runShare({ from, seeds, step }: Share, tell: (days: number) => void): Tally {
  const tally: Tally = { days: 0, incidents: 0, pages: 0, starts: 0, bad: [] };
  for (let index = 0; index < seeds; index += step) {
    const result = runSeed(from + index);
    tally.days += 1;
    tally.incidents += result.incidents;
    tally.pages += result.pages;
    tally.starts += result.starts;
    if (result.violations.length > 0) tally.bad.push(describeDay(result));
    if (tally.days % TELL_EVERY === 0) tell(TELL_EVERY);
  }
  return tally;
}

async function runAll(): Promise<void> {
  const [seeds, from, workers] = [values.seeds, values.from, values.workers].map(Number) as [
    number,
    number,
    number,
  ];
  const start = performance.now();
  const shares = Array.from({ length: workers }, (_, index) => ({
    from: from + index,
    seeds: seeds - index,
    step: workers,
  }));
  let done = 0;
  const tell = (more: number) => {
    done += more;
    process.stderr.write(
      `${done} of ${seeds} days after ${Math.round((performance.now() - start) / 1000)} s\n`,
    );
  };
  const run = (share: Share) => (workers === 1 ? runShare(share, tell) : inWorker(share, tell));
  const tallies = await Promise.all(shares.map(run));
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  const bad = tallies.flatMap((tally) => tally.bad);
  for (const text of bad.slice(0, 10)) process.stdout.write(`${text}\n`);
  const seconds = (performance.now() - start) / 1000;
  const days = sum((t) => t.days);
  process.stdout.write(
    `${days} simulated days in ${seconds.toFixed(1)} s (${((1000 * seconds) / days).toFixed(1)} ms each): ` +
      `${sum((t) => t.incidents)} incidents, ${sum((t) => t.starts)} starts, ${sum((t) => t.pages)} pages; ` +
      `bad seeds: ${bad.length}\n`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
}

function inWorker(share: Share, tell: (days: number) => void): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share, argv: process.argv.slice(2) });
    worker.on('message', (message: number | Tally) => {
      if (typeof message === 'number') tell(message);
      else resolve(message);
    });
    worker.once('error', reject);
  });
}
