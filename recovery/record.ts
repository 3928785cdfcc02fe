/**
 * Writes down what was decided. A disk that refuses must not stop the healing: the failure is logged and the work
 * goes on with what is in memory.
 */
import type { ActionOf } from '../contracts/action.ts';
import type { IncidentEvent } from '../contracts/incident.ts';
import type { Tools } from '../supervisor/ports/tools.ts';

export function saveState(action: ActionOf<'save_state'>, { store, log }: Tools): void {
  attempt(log, 'the supervisor state could not be saved', () => store.save(action.snapshot));
}

export function appendIncident(action: ActionOf<'append_incident'>, { incidents, log }: Tools): void {
  const { incident, events } = action;
  attempt(log, `incident ${incident} could not be written`, () => incidents.append(incident, events));
  for (const event of events) logEvent(incident, event, log);
}

export function recordMetric(action: ActionOf<'record_metric'>, { metrics }: Tools): void {
  const { entry, unlessSince } = action;
  if (unlessSince !== undefined && metrics.holds(entry, unlessSince)) return;
  metrics.record(entry);
}

export function writeLog(action: ActionOf<'log'>, { log }: Tools): void {
  log[action.level](action.text);
}

function attempt(log: Tools['log'], what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An incident's events as log lines, so that the journal alone tells the story. */
function logEvent(incident: string, event: IncidentEvent, log: Tools['log']): void {
  switch (event.type) {
    case 'opened':
      return log.error(`${event.title} (incident ${incident})`);
    case 'evidence':
      return log.warn(event.text);
    case 'decided':
      return log.warn(`tier ${event.tier}: ${event.action}: ${event.reason}`);
    case 'acted':
      return log[event.ok ? 'info' : 'error'](`tier ${event.tier}: ${event.action}: ${event.detail}`);
    case 'verified':
      return log[event.ok ? 'info' : 'warn'](event.detail);
    case 'paged':
      return log[event.ok ? 'info' : 'error'](event.detail);
    case 'acknowledged':
      return log.info(`incident ${incident} was acknowledged by ${event.by}`);
    case 'closed':
      return log.info(`incident ${incident} is closed: ${event.outcome} after ${event.mttr.toFixed(1)} s`);
  }
}
