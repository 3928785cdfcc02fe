/** When the core must be asked again if nothing else happens; the engine sets one precise timer for it. */
import { hangAt } from './on-tick.ts';
import type { Policy } from './policy.ts';
import type { State } from './state.ts';

/** Steady time of the next deadline, milliseconds; null when only an event can change anything. */
export function nextDeadline(state: State, policy: Policy): number | null {
  const times = deadlines(state, policy).filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function deadlines({ service, incident }: State, policy: Policy): (number | null)[] {
  switch (service.kind) {
    case 'down':
      return [service.dueAt];
    case 'spawning':
      return [service.orphanUntil];
    case 'starting':
      return [
        service.check,
        service.process.progressAt + policy.start.stuckSeconds * 1000,
        hangAt(service.process, policy.hang.limitSeconds),
      ];
    case 'up':
    case 'unhealthy':
      return [service.check, hangAt(service.process, policy.hang.limitSeconds)];
    case 'stopping':
      return [service.killAt];
    case 'draining':
      return [service.killAt, hangAt(service.process, policy.hang.limitSeconds)];
    case 'held':
      return [service.process ? service.check : null, incident?.page?.nextAt ?? null];
    case 'stopped':
      return [];
  }
}
