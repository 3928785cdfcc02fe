/**
 * One fix, tried: difference → room → snapshot → apply → start → looks → keep, or undo.
 *
 * Invariant: the way back is on disk before anything is changed, and the state says so; a supervisor that dies
 * anywhere in here leaves a trial that the next one undoes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskParts, Limits } from '../parts.ts';
import type { Places } from '../session/places.ts';
import type { SessionState } from '../session/state.ts';
import { digest, manifestSchema } from './copy-project.ts';
import { type Change, findDifference } from './difference.ts';
import type { FileReader } from './file-reader.ts';
import type { TrialService } from './service.ts';
import { applyChanges, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { storeFix, toStored } from './stored-fix.ts';
import { describeTry, writeTry } from './try-record.ts';

export type TrialParts = {
  desk: Pick<DeskParts, 'paths' | 'installation'> & { limits: Pick<Limits, 'tries'> };
  places: Places;
  service: Pick<TrialService, 'isWell' | 'runs' | 'makeRoom' | 'start' | 'proveFix' | 'settle'>;
  /** The state now, and a durable change of it. */
  state(): SessionState;
  save(change: Partial<SessionState>): void;
};

export type TrialOutcome =
  | { kind: 'kept'; detail: string }
  | { kind: 'undone'; detail: string }
  /** Nothing of the live system was touched. */
  | { kind: 'refused'; detail: string };

/** Why nothing is tried on a service that needs no help. */
export const WELL = 'the service is well: there is nothing to mend';

/** @throws when the disk refuses; the trial in the state is then undone by `undoTrial` */
export async function tryFix(parts: TrialParts, signal: AbortSignal): Promise<TrialOutcome> {
  await undoTrial(parts, signal);
  const { tries, kept, trial } = parts.state();
  const { limits } = parts.desk;
  if (trial !== null) return { kind: 'refused', detail: 'the fix before this one could not be put back yet' };
  if (kept > 0) return { kind: 'refused', detail: 'a fix is kept already: finish now' };
  if (tries >= limits.tries) return { kind: 'refused', detail: `all ${limits.tries} tries are used up` };
  const changes = readChanges(parts);
  if (typeof changes === 'string') return { kind: 'refused', detail: changes };
  if (await parts.service.isWell()) return { kind: 'refused', detail: WELL };
  return tryChanges(parts, changes, signal);
}

/** The same for changes that are at hand. @throws when the disk refuses */
export async function tryChanges(
  parts: TrialParts,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<TrialOutcome> {
  const { desk, places, state } = parts;
  const number = state().tries + 1;
  const record = describeTry(number, changes, desk.installation);
  writeTry(places.trial(number), record);
  const outcome = await tryOnce(parts, { number, changes }, signal);
  writeTry(places.trial(number), { ...record, outcome: outcome.kind, detail: outcome.detail });
  return outcome;
}

async function tryOnce(
  parts: TrialParts,
  { number, changes }: { number: number; changes: readonly Change[] },
  signal: AbortSignal,
): Promise<TrialOutcome> {
  const { desk, places, service, state, save } = parts;
  const ran = service.runs();
  const stored = toStored(changes, (path) => liveDigest(desk.installation, path));
  save({ tries: number, trial: { number, snapshot: null, ran } });
  if (!(await service.makeRoom(`room for fix ${number}`, signal))) {
    await undoTrial(parts, signal);
    return { kind: 'refused', detail: 'the service could not be stopped for it' };
  }
  save({ trial: { number, snapshot: takeSnapshot(desk, changes, places.trial(number)), ran } });
  applyChanges(desk.installation, changes);
  const names = changes.map(({ path }) => path);
  service.start(`fix ${number} of the emergency session: ${names.join(', ')}`);
  const proof = await service.proveFix(signal);
  if (!proof.ok) {
    await undoTrial(parts, signal);
    const word =
      state().trial === null ? 'everything was put back' : 'it is put back as soon as the service is down';
    return { kind: 'undone', detail: `it did not help, and ${word}: ${proof.detail}` };
  }
  const fixId = stored === null ? null : storeFix(desk.paths.learnedFix, stored);
  save({ kept: state().kept + 1, trial: null, fix: names, fixId, proof: proof.detail });
  service.settle();
  return { kind: 'kept', detail: proof.detail };
}

/**
 * Puts back what a trial changed; the service runs again if it ran before. May be repeated. When the service cannot be
 * stopped for it, the trial stays in the state for a later call; the last call puts back all but the database.
 */
export async function undoTrial(parts: TrialParts, signal: AbortSignal, isLast = false): Promise<void> {
  const { places, service, state, save } = parts;
  const { trial } = state();
  if (trial === null) return;
  if (trial.snapshot !== null) {
    const isDown = await service.makeRoom(`fix ${trial.number} is undone`, signal);
    if (!isDown && !isLast) return;
    restoreSnapshot(trial.snapshot, places.trial(trial.number), isDown);
  }
  save({ trial: null });
  if (trial.ran) service.start('as it was before the fix');
  service.settle();
}

/** What the fix is, or why it cannot be tried. */
function readChanges({ desk, places }: TrialParts): Change[] | string {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(places.manifest, 'utf8')));
  const difference = findDifference(places.project, manifest);
  if (difference.kind === 'refused') return difference.reason;
  const moved = difference.changes.find(
    ({ path }) => liveDigest(desk.installation, path) !== (manifest[path] ?? null),
  );
  return moved ? `${moved.path} was changed by somebody else meanwhile` : difference.changes;
}

/** Null when there is no such file in the installation. */
export function liveDigest(installation: string, path: string, reader?: FileReader): string | null {
  try {
    return digest(join(installation, path), reader);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // new in a fix
    throw error;
  }
}
