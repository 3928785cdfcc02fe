/** When the core must be asked again if nothing else happens; the engine sets one precise timer for it. */
import { hangAt } from './on-tick.ts';
import type { Policy } from './policy.ts';
import type { OpenIncident, State } from './state.ts';
import { stepDeadline } from './step-due.ts';

/** Steady time of the next deadline, milliseconds; null when only an event can change anything. */
export function nextDeadline(state: State, policy: Policy): number | null {
  const { pause, incidents } = state;
  let next: number | null = null;
  const consider = (at: number | null) => {
    if (at !== null && (next === null || at < next)) next = at;
  };
  for (const at of serviceDeadlines(state, policy)) consider(at);
  if (pause) consider(pause.until);
  else for (const incident of incidents) for (const at of incidentDeadlines(incident)) consider(at);
  return next;
}

function incidentDeadlines(incident: OpenIncident): (number | null)[] {
  return [stepDeadline(incident), incident.page?.nextAt ?? null, incident.flap?.digestAt ?? null];
}

/** While paused nothing is judged, so only looks and what was begun have deadlines. */
function serviceDeadlines({ service, pause }: State, policy: Policy): (number | null)[] {
  const watched = pause === null;
  switch (service.kind) {
    case 'down':
      return [watched ? service.dueAt : null];
    case 'spawning':
      return [watched ? service.orphanUntil : null];
    case 'starting':
      if (!watched) return [service.check];
      return [
        service.check,
        service.process.progressAt + policy.start.stuckSeconds * 1000,
        hangAt(service.process, policy.hang.limitSeconds),
      ];
    case 'up':
    case 'unhealthy':
      return [service.check, watched ? hangAt(service.process, policy.hang.limitSeconds) : null];
    case 'stopping':
      return [service.killAt];
    case 'draining':
      return [service.killAt, hangAt(service.process, policy.hang.limitSeconds)];
    case 'held':
      return [service.process ? service.check : null];
    case 'stopped':
      return [];
  }
}
