/** How an agent's end is told. */
import { constants } from 'node:os';
import type { AgentExit } from './sandbox.ts';

/** Shells and Docker add this to the number of the signal that ended a process. */
const SIGNAL_BASE = 128;

/**
 * @param code exit code as a shell would see it, null when it could not be learnt
 * @param note what else is known, put in place of the usual words when not empty
 */
export function describeExit(code: number | null, oomKilled: boolean, note = ''): AgentExit {
  const number = code === null ? 0 : code - SIGNAL_BASE;
  const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
  return { code, signal, oomKilled, detail: note === '' ? explain(code, signal, oomKilled) : note };
}

function explain(code: number | null, signal: string | null, oomKilled: boolean): string {
  if (oomKilled) return 'ended by its memory limit';
  if (signal !== null) return `ended by ${signal}`;
  return code === null ? 'ended in an unknown way' : `exited with code ${code}`;
}
