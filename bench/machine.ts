/**
 * What the machine is worth at this moment: figures of different days can be compared by these two alone, which use
 * nothing of the product.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { spreadOf } from './spread.ts';

const STARTS = 5;
const SYNCS = 50;
const BLOCK = Buffer.alloc(4096, 1);

/** One line. @param folder where the benchmarks write */
export function describeMachine(folder: string): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  const start = spreadOf(timeEach(STARTS, () => spawnSync(process.execPath, ['-e', '0']))).p50;
  const sync = timeSyncs(folder);
  const calibration = `node -e 0: ${start.toFixed(0)} ms, write + fsync of 4 KiB: ${sync.toFixed(2)} ms (p50)`;
  return `${cpus().length} × ${cpu?.model ?? 'CPU'}, Node ${process.version}, load ${load}, ${calibration}`;
}

/** Milliseconds, p50. */
function timeSyncs(folder: string): number {
  const path = join(folder, 'sync');
  const fd = openSync(path, 'w');
  try {
    const times = timeEach(SYNCS, () => {
      writeSync(fd, BLOCK);
      fsyncSync(fd);
    });
    return spreadOf(times).p50;
  } finally {
    closeSync(fd);
    rmSync(path);
  }
}

function timeEach(rounds: number, run: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const began = performance.now();
    run();
    return performance.now() - began;
  });
}
