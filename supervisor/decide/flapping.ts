/** What is healed and comes back again and again: one incident that stays open until calm, one page, then digests. */
import type { Decision } from './decision.ts';
import type { Policy } from './policy.ts';
import { isSame, type OpenIncident, type SignalKey, type State } from './state.ts';
import { giveNotice, pageOnce } from './tell.ts';

export function recentlyClosed(d: Decision, key: SignalKey): State['closed'] {
  const from = d.now.mono - d.policy.flap.windowSeconds * 1000;
  return d.state.closed.filter((closed) => closed.at > from && isSame(closed, key));
}

export function pageFlapping(d: Decision, { id, detail }: OpenIncident, times: number): void {
  const hours = d.policy.flap.windowSeconds / 3600;
  const reason = `it was healed ${times} times in ${hours} h and comes back`;
  d.note(id, { type: 'decided', tier: 4, action: 'page', reason });
  pageOnce(d, id, `${detail} (${reason})`);
}

export function countFlap(d: Decision, id: string): void {
  const flap = d.incident(id)?.flap;
  if (flap) d.amend(id, { flap: { ...flap, faults: flap.faults + 1 } });
}

/** Somebody has seen to what keeps coming back: it ends as any other, as the first of a new count. */
export function endFlapping(d: Decision, { id, flap, root }: OpenIncident, by: string): void {
  if (flap === null) return;
  d.amend(id, { flap: null });
  d.update({ closed: d.state.closed.filter((closed) => !isSame(closed, root)) });
  d.note(id, { type: 'evidence', text: `${by} has seen to it: a long calm is not waited for` });
}

/** One message for many faults. */
export function digestIfDue(d: Decision, { id, flap }: OpenIncident): void {
  if (flap === null || d.now.mono < flap.digestAt) return;
  const digestAt = d.now.mono + d.policy.flap.digestSeconds * 1000;
  d.amend(id, { flap: { faults: 0, digestAt } });
  if (flap.faults > 0) giveNotice(d, id, `${timesText(flap.faults)} since the last word on it`);
}

export function timesText(times: number): string {
  return `it came back ${times} ${times === 1 ? 'time' : 'times'}`;
}

/** How long all must be well before this incident is over, milliseconds. */
export function calmMs(policy: Policy, { flap }: OpenIncident): number {
  return (flap === null ? policy.stableSeconds : policy.flap.calmSeconds) * 1000;
}
