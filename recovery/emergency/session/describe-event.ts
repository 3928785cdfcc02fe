/** One line for one event of an incident. Pure. */
import type { IncidentEvent } from '../../../contracts/incident.ts';

export function describeEvent(event: IncidentEvent): string {
  return `${new Date(event.at).toISOString()} ${event.type}: ${wordsOf(event)}`;
}

function wordsOf(event: IncidentEvent): string {
  switch (event.type) {
    case 'opened':
      return `${event.cause}, ${event.title}`;
    case 'evidence':
      return event.text;
    case 'decided':
      return `tier ${event.tier}, ${event.action}: ${event.reason}`;
    case 'acted':
      return `tier ${event.tier}, ${event.action}, ${event.ok ? 'done' : 'failed'}: ${event.detail}`;
    case 'verified':
      return `${event.ok ? 'well' : 'not well'}: ${event.detail}`;
    case 'paged':
      return event.ok ? 'a person was told' : `nobody could be told: ${event.detail}`;
    case 'acknowledged':
      return 'a person has seen it';
    case 'closed':
      return `${event.outcome}: ${event.detail}`;
  }
}
