/** Whether nobody is to start the orchestrator for a while, systemd included. */
import type { Service } from '../decide/service.ts';

/** systemd restarts after 5 s (RestartSec); a wait that comes near this would be cut short by it. */
const BACKSTOP_MS = 4000;

/** @param now steady clock, milliseconds */
export function staysDown(service: Service, now: number): boolean {
  switch (service.kind) {
    case 'down':
      return service.dueAt - now >= BACKSTOP_MS;
    case 'held':
      return service.process === null;
    case 'stopped':
      return true;
    case 'spawning':
    case 'starting':
    case 'up':
    case 'unhealthy':
    case 'stopping':
    case 'draining':
      return false;
  }
}
