/** Waits for something that other processes bring about. */
import { setInterval } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** @returns the first value that is neither null nor false; throws with `explain()` after `seconds` */
export async function until<T>(
  look: () => Promise<T | null | false> | T | null | false,
  seconds: number,
  explain: () => string,
): Promise<T> {
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    for await (const _ of setInterval(LOOK_EVERY_MS, null, { signal })) {
      const found = await look();
      if (found !== null && found !== false) return found;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`waited ${seconds} s in vain: ${explain()}`);
}
