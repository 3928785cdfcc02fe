/** When the core must be asked again if nothing else happens; the engine sets one precise timer for it. */
import { hangAt, stuckAt } from './on-tick.ts';
import type { Policy } from './policy.ts';
import { isStarted, type Process } from './service.ts';
import type { OpenIncident, State } from './state.ts';
import { stepDeadline } from './step-due.ts';

/** Steady time of the next deadline, milliseconds; null when only an event can change anything. */
export function nextDeadline(state: State, policy: Policy): number | null {
  const { pause, incidents } = state;
  const next = serviceDeadline(state, policy);
  if (pause) return earlier(next, pause.until);
  return incidents.reduce((least, incident) => earlier(least, incidentDeadline(incident)), next);
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function incidentDeadline(incident: OpenIncident): number | null {
  const { page, flap } = incident;
  return earlier(stepDeadline(incident), earlier(page?.nextAt ?? null, flap?.digestAt ?? null));
}

/** While paused nothing is judged, so only looks and what was begun have deadlines. */
function serviceDeadline({ service, pause }: State, policy: Policy): number | null {
  const watched = pause === null;
  switch (service.kind) {
    case 'down':
      return watched ? service.dueAt : null;
    case 'spawning':
      return watched ? service.orphanUntil : null;
    case 'starting':
      return watched ? earlier(service.check, startDeadline(service.process, policy)) : service.check;
    case 'up':
    case 'unhealthy':
      return watched ? earlier(service.check, silenceDeadline(service.process, policy)) : service.check;
    case 'stopping':
      return service.killAt;
    case 'draining':
      return earlier(service.killAt, silenceDeadline(service.process, policy));
    case 'held':
      return service.process ? service.check : null;
    case 'stopped':
      return null;
  }
}

function startDeadline(process: Process, policy: Policy): number | null {
  return earlier(stuckAt(process, policy), isStarted(process) ? silenceDeadline(process, policy) : null);
}

function silenceDeadline(process: Process, policy: Policy): number | null {
  return hangAt(process, policy.hang.limitSeconds);
}
