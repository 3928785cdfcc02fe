/**
 * The signal catalogue: data only. Each row says what a signal means, what hides it, how long it must last before it
 * counts, and the ladder of answers, cheapest first. A signal that is hidden is a symptom: it opens no incident.
 */
import type { SignalCode } from '../../contracts/signal.ts';
import type { RungName, SignalRow } from './signal-row.ts';
import { AROUND_SIGNALS } from './signals-around.ts';
import { PART_SIGNALS } from './signals-parts.ts';
import { PROCESS_SIGNALS } from './signals-process.ts';
import type { SignalKey } from './state.ts';

export const SIGNALS: Record<SignalCode, SignalRow> = {
  ...PROCESS_SIGNALS,
  ...PART_SIGNALS,
  ...AROUND_SIGNALS,
};

/** Whether these are about the orchestrator's own process: then the service's state is part of the incident. */
export function isAboutProcess(code: SignalCode): boolean {
  return code in PROCESS_SIGNALS;
}

/** Whether this condition, where it is at the root, explains that one. */
export function explains(root: SignalKey, symptom: SignalKey): boolean {
  const [cause, effect] = [SIGNALS[root.code], SIGNALS[symptom.code]];
  if (!effect.dependsOn.includes(root.code)) return false;
  const areSame = root.target === null || symptom.target === null || root.target === symptom.target;
  return areSame || !(cause.perChannel && effect.perChannel);
}

/** Whether this condition is no network, or could be a symptom of it. */
export function mayBeNetwork(code: SignalCode): boolean {
  return code === 'network_down' || SIGNALS[code].dependsOn.includes('network_down');
}

/**
 * Whether this may have cured that cause, so that it is worth a look. A process is started anew after every remedy; a
 * session looks at everything.
 */
export function couldHelp(code: SignalCode, name: RungName | 'session'): boolean {
  return (
    name === 'session' || isAboutProcess(code) || SIGNALS[code].ladder.rungs.some((r) => r.name === name)
  );
}
