/** What emergency sessions have cured, for people: one line a cure, newest first. */
import { readFile } from 'node:fs/promises';
import { KNOWN_AFTER, type Learning, parseLearnings, timesCured } from '../../../contracts/learning.ts';
import { formatTable, formatTime } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import type { Texts } from '../texts/index.ts';

export type KnownCure = Learning & {
  /** How often this very change has cured; null where it was not kept. */
  times: number | null;
  /** Whether it is tried in an alike case before a model is asked. */
  known: boolean;
};

/** Newest first. */
export async function readCures(path: string): Promise<KnownCure[]> {
  const learnings = parseLearnings(await readFile(path, 'utf8').catch(() => '')); // nothing was ever cured
  const times = timesCured(learnings);
  return learnings
    .map((learning) => {
      const count = learning.fixId === null ? null : (times.get(learning.fixId) ?? 0);
      return { ...learning, times: count, known: (count ?? 0) >= KNOWN_AFTER };
    })
    .sort((a, b) => b.at - a.at);
}

export function renderCures(
  cures: readonly KnownCure[],
  { session: t }: Texts,
  paint: Terminal['paint'],
): string[] {
  const rows = cures.map(({ at, symptom, fix, proof, times, known }) => [
    formatTime(at),
    times === null ? '–' : known ? paint('green', t.known(times)) : String(times),
    symptom,
    fix,
    proof,
  ]);
  return formatTable([t.learningColumns.map((column) => paint('dim', column)), ...rows]);
}
