/** How deep a proof goes: a sample in `scripts/test.sh`, all of it in `npm run proof`. */

export const isFull = process.env.NANOCLAW_PROOF === 'full';

/** @returns all of them in a full proof, else `few` spread evenly over them */
export function sampleOf<T>(all: readonly T[], few: number): readonly T[] {
  if (isFull) return all;
  return Array.from({ length: Math.min(few, all.length) }, (_, index) => {
    return all[Math.floor((index * all.length) / few)] as T;
  });
}

export function depth(full: number, sampled: number): number {
  return isFull ? full : sampled;
}
