/**
 * What the service holds in memory: the heap it gives back when it is stopped. The stand-ins keep every message and
 * request on record in this same process, so the heap as a whole says nothing about the service.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** @returns MiB in use after the garbage was collected */
export async function heapInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a finished promise still holds goes with the second round.
  for (let round = 0; round < 2; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** @returns MiB that `stop` gave back */
export async function heldUntil(stop: () => Promise<void>): Promise<number> {
  const before = await heapInUse();
  await stop();
  return before - (await heapInUse());
}
