/**
 * Rounds: what an idle supervisor looks at regularly lies at whole multiples of its interval on the steady clock, so that
 * looks which are due together wake the process once. A wake costs more than most looks do.
 */

/** Milliseconds until the next one; never 0. */
export function untilNextRound(now: number, intervalMs: number): number {
  return intervalMs - (now % intervalMs);
}
