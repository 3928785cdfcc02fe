/**
 * Before a model is asked: a change that has cured this kind of fault twice is tried once more, by the same trial with
 * the same looks and the same way back. It needs no sandbox, no login and no money.
 */
import { mkdirSync } from 'node:fs';
import { KNOWN_AFTER, type Learning, timesCured } from '../../../contracts/learning.ts';
import type { Change } from '../trial/difference.ts';
import { type DigestOf, readFix } from '../trial/stored-fix.ts';
import { liveDigest, type TrialOutcome, tryChanges, undoTrial } from '../trial/try-fix.ts';
import { appendAudit } from './audit.ts';
import { type Trial, trialOf } from './hands.ts';
import { likeness, readLearnings } from './learnings.ts';
import { placesOf } from './places.ts';
import { type SettleParts, settleSession } from './settle.ts';

/** Share of words in common; a brief may show a remote likeness, a change of the live tree needs a close one. */
const CLOSE = 0.5;

export type KnownFix = { id: string; changes: Change[] };
export type Case = { cause: string; symptom: string };

/** The one that cured most often and fits the files as they are; null when there is none. */
export function findKnownFix(
  { cause, symptom }: Case,
  learnings: readonly Learning[],
  { pathOf, digestOf }: { pathOf: (id: string) => string; digestOf: DigestOf },
): KnownFix | null {
  const alike = learnings.filter(
    (known) => known.cause === cause && likeness(symptom, known.symptom) >= CLOSE,
  );
  const ids = [...timesCured(alike)]
    .filter(([, times]) => times >= KNOWN_AFTER)
    .sort(([, a], [, b]) => b - a)
    .map(([id]) => id);
  for (const id of ids) {
    const changes = readFix(pathOf(id), id, digestOf);
    if (changes !== null) return { id, changes };
  }
  return null;
}

export type KnownFixParts = Omit<SettleParts, 'incident'>;

/** One such try for one incident. */
export class KnownFixRun {
  readonly #over = new AbortController();

  constructor(readonly parts: KnownFixParts) {}

  /**
   * Goes on after a supervisor that died in the middle: what it tried is put back first and not tried again.
   * @returns whether it is over with this; otherwise a session may begin, unless we were let go of
   * @throws when the disk refuses
   */
  async run(): Promise<'cured' | 'not_cured' | 'let_go'> {
    const { memory } = this.parts;
    const trial = trialOf(this.#hands());
    await undoTrial(trial, this.#over.signal);
    const mayTry = memory.state.knownFix === null && !(await trial.service.isWell());
    const fix = mayTry ? this.#find() : null;
    if (fix !== null) await this.#try(trial, fix);
    if (this.#over.signal.aborted) return 'let_go';
    const { knownFix, kept } = memory.state;
    if (knownFix === null || kept === 0) return 'not_cured';
    const detail = `the known fix ${knownFix}; no model was asked`;
    await settleSession(this.#hands(), { ending: { kind: 'finished', detail } });
    return 'cured';
  }

  /** A trial under way is put back by the next supervisor. */
  letGo(): void {
    this.#over.abort();
  }

  #find(): KnownFix | null {
    const { desk, order, memory } = this.parts;
    const digestOf = (path: string) => liveDigest(desk.installation, path);
    const known = readLearnings(desk.paths.learnings);
    const { cause } = order;
    return findKnownFix({ cause, symptom: memory.state.symptom }, known, {
      pathOf: desk.paths.learnedFix,
      digestOf,
    });
  }

  async #try(trial: Trial, { id, changes }: KnownFix): Promise<void> {
    const { memory, redact, desk } = this.parts;
    const { folder, audit } = placesOf(desk.paths, memory.state);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const note = (outcome: string) =>
      appendAudit(audit, {
        at: desk.clock.now().wall,
        verb: 'run_known_fix',
        input: id,
        outcome: redact(outcome),
      });
    memory.save({ knownFix: id });
    note('asked for');
    const { kind, detail } = await this.#tryOrUndo(trial, changes);
    note(`${kind === 'kept' ? 'ok' : 'not ok'}: ${kind}: ${detail}`);
  }

  async #tryOrUndo(trial: Trial, changes: readonly Change[]): Promise<TrialOutcome> {
    try {
      return await tryChanges(trial, changes, this.#over.signal);
    } catch (error) {
      await undoTrial(trial, this.#over.signal, true);
      throw error;
    }
  }

  #hands(): SettleParts {
    return { ...this.parts, incident: this.parts.order.incident };
  }
}
