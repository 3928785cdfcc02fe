/** The remedies' parts on the real machine: real children, real time. */
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RemedyParts } from './parts.ts';
import { runChild } from './run-child.ts';

export function onThisMachine(
  parts: Omit<RemedyParts, 'temporary' | 'runChild' | 'now' | 'wait'>,
): RemedyParts {
  return {
    ...parts,
    temporary: tmpdir(),
    runChild,
    now: Date.now,
    // An abort only ends the wait: what it means is the remedy's to say.
    wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  };
}
