/** What sessions have cured: symptom, cause, fix, proof. A later session is shown those that look like its own case. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Learning, parseLearnings } from '../../../contracts/learning.ts';

/** Shown at most, and the least share of words in common that makes two symptoms alike. */
const SHOWN = 3;
const ALIKE = 0.3;

export function readLearnings(path: string): Learning[] {
  return existsSync(path) ? parseLearnings(readFileSync(path, 'utf8')) : [];
}

export function addLearning(path: string, learning: Learning): void {
  appendFileSync(path, `${JSON.stringify(learning)}\n`, { mode: 0o600, flush: true });
}

/** The most alike first. */
export function findAlike(symptom: string, known: readonly Learning[]): Learning[] {
  return known
    .map((learning) => ({ learning, alike: likeness(symptom, learning.symptom) }))
    .filter(({ alike }) => alike >= ALIKE)
    .sort((a, b) => b.alike - a.alike || b.learning.at - a.learning.at)
    .slice(0, SHOWN)
    .map(({ learning }) => learning);
}

/** Share of words that both have, 0 to 1. Numbers (pids, times) say nothing of the kind of fault. */
export function likeness(one: string, other: string): number {
  const words = (text: string) => new Set(text.toLowerCase().match(/[a-z_]{3,}/g) ?? []);
  const [a, b] = [words(one), words(other)];
  const common = [...a].filter((word) => b.has(word)).length;
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 0 : common / all;
}
