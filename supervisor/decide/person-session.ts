/**
 * A person asks for an emergency session: the way out of the day's budget, the wait between two, and "a session has had
 * its turn". What protects the service stays: never two at once, never on a sound or a resting service.
 */
import type { SessionRefusal, SessionWish } from '../../contracts/doctor-session.ts';
import type { Decision } from './decision.ts';
import { isAboutProcess, SIGNALS } from './signals.ts';
import { isSame, type OpenIncident, type State } from './state.ts';
import { beginSession } from './steps.ts';

export function sessionWish(state: State): SessionWish {
  const curable = state.incidents.filter(({ root }) => SIGNALS[root.code].ladder.doctor);
  const why = whyNot(state, curable.length > 0);
  if (why !== null) return { granted: false, why };
  const bad = curable.filter((incident) => isStillBad(state, incident));
  const incident = bad.find(({ coversService }) => coversService) ?? bad[0];
  return incident ? { granted: true, incident: incident.id } : { granted: false, why: 'still_healing' };
}

/** A wish that is refused by now changes nothing; whoever asked was told at that moment. */
export function beginAskedSession(d: Decision, by: string): void {
  const wish = sessionWish(d.state);
  if (!wish.granted) return d.log('info', `no emergency session, asked for by ${by}: ${wish.why}`);
  const incident = d.incident(wish.incident);
  if (incident) beginSession(d, incident, `asked for by ${by}`);
}

function whyNot({ incidents, pause, service }: State, isCurable: boolean): SessionRefusal | null {
  if (incidents.some(({ step }) => step.kind === 'emergency')) return 'session_running';
  if (incidents.length === 0) return 'no_incident';
  if (!isCurable) return 'not_curable';
  if (pause !== null) return 'paused';
  if (service.kind === 'stopped' || service.kind === 'draining') return 'stopped';
  const rests = service.kind === 'held' || service.kind === 'up' || service.kind === 'unhealthy';
  const acts = incidents.some(({ step }) => step.kind === 'remedy' || step.kind === 'verify');
  return rests && !acts ? null : 'still_healing';
}

/** An incident stays open for a while after all is well. */
function isStillBad({ service, signals }: State, { root }: OpenIncident): boolean {
  if (isAboutProcess(root.code)) return service.kind !== 'up';
  return signals.some((signal) => isSame(signal, root) && signal.level !== 'clearing');
}
