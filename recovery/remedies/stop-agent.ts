/** Stops an agent that is stuck, that of the group which stands still when none is named; its turn is tried again by the orchestrator's own rules. */
import { CONTROL_PATHS } from '../../contracts/control.ts';
import { remedy } from './bounded.ts';
import { order } from './control-socket.ts';
import type { RemedyParts } from './parts.ts';

/** Between the agent's TERM and KILL lie 3 s; the engine needs some for itself. */
const LIMIT_MS = 30_000;

export function stopAgent({ paths }: RemedyParts) {
  return remedy('stop_agent', LIMIT_MS, async (folder, signal) => {
    return order(paths.controlSocket, CONTROL_PATHS.stopAgent, folder === null ? {} : { folder }, signal);
  });
}
