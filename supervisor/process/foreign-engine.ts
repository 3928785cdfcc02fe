/** Keeps the helper's hands off the system's Docker where our engine is another: restarting it would heal nothing. */
import { isSystemSocket } from '../../contracts/docker-host.ts';
import type { Privileged } from '../ports/privileged.ts';

/** @param socketPath of our engine */
export function leaveForeignEngine(privileged: Privileged, socketPath: string): Privileged {
  if (isSystemSocket(socketPath)) return privileged;
  const detail = `the engine at ${socketPath} is not the system's. Run: systemctl --user restart docker`;
  return {
    restart: async (unit, signal) =>
      unit === 'docker' ? { kind: 'failed', detail } : privileged.restart(unit, signal),
  };
}
