/** What a chaos run tells: one line of figures, and what a person needs to find out what went wrong. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saidOn, type Verdict } from '../quiz/judge.ts';
import type { Run, Size } from './chaos.ts';
import type { Span } from './weather.ts';

export type Found = {
  verdict: Verdict;
  /** Rows that tell of something that must not be, by the service's own record. */
  leftovers: Record<string, number>;
  /** MiB that the service held when it was restarted, and at the end. */
  heldMiB: [number, number];
  /** Real time: all of it, and from the last message until everything was answered. */
  seconds: number;
  settleSeconds: number;
};

export function isSpotless({ verdict, leftovers }: Pick<Found, 'verdict' | 'leftovers'>): boolean {
  const { lost, twice, misplaced, disordered } = verdict;
  const found = [lost.length, twice.length, misplaced.length, disordered, ...Object.values(leftovers)];
  return found.every((number) => number === 0);
}

export function describeRun(run: Run, seed: number, size: Size, found: Found): string {
  const { lost, twice, misplaced, disordered } = found.verdict;
  return [
    `chaos, seed ${seed}: ${describePeople(run, size)}`,
    describeTroubles(run, size),
    `lost ${lost.length}, twice ${twice.length}, misplaced ${misplaced.length}, out of order ${disordered}`,
    `held ${found.heldMiB.map((mib) => mib.toFixed(1)).join(' and ')} MiB`,
    `${Math.round(found.seconds)} s, the last ${Math.round(found.settleSeconds)} s to settle`,
  ].join('; ');
}

function describePeople({ town, crowd }: Run, { groups, minutes }: Size): string {
  const { messages, edits, deletions } = crowd.counts;
  const unordered = crowd.asked.filter(({ isUnordered }) => isUnordered).length;
  return [
    `${messages} messages, ${edits} edits, ${deletions} deletions`,
    `${crowd.asked.length} questions (${unordered} without a place in the order)`,
    `${town.places.length} chats of ${groups} groups in ${minutes} minutes`,
  ].join('; ');
}

function describeTroubles({ weather, fates, agents }: Run, { outages }: Size): string {
  const sum = (of: 'deaths' | 'failures') => [...fates.values()].reduce((total, fate) => total + fate[of], 0);
  const minutes = ({ from, to }: Span) => (to - from) / 60_000;
  return [
    `${weather.troubles.length} troubles, outages of ${Object.values(outages).map(minutes).join(' and ')} minutes, 1 restart`,
    `${agents.started} agents, ${sum('deaths')} died, ${sum('failures')} failed`,
  ].join('; ');
}

/** Beside the home, which is kept too. */
export function keepForLater({ town, crowd, weather }: Run): void {
  const record = { asked: crowd.asked, said: saidOn(town), troubles: weather.troubles };
  writeFileSync(join(town.paths.home, 'chaos.json'), JSON.stringify(record, null, 1));
}
