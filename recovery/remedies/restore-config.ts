/**
 * Puts the last `.env` that worked in place of one that the orchestrator refuses, or of one that is lost.
 *
 * Invariants: an edit that the orchestrator accepts is never touched; what is replaced is kept beside it; the file is
 * exchanged in one step; only names of settings are told.
 */
import { chmodSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { EXIT } from '../../contracts/exit-codes.ts';
import type { RemedyOutcome } from '../../contracts/remedy.ts';
import { stamp } from '../../contracts/stamp.ts';
import { remedy } from './bounded.ts';
import { describeChanges } from './changed-settings.ts';
import { runCli } from './cli-child.ts';
import { done, failed, nothingToDo, whyNot } from './outcome.ts';
import type { RemedyParts } from './parts.ts';
import { lastLine } from './run-child.ts';

/** Two starts of a small program. */
const LIMIT_MS = 60_000;
const SECRET_MODE = 0o600;
const OTHERS = 0o077;

type Verdict =
  | { kind: 'accepted' }
  | { kind: 'refused'; why: string }
  | { kind: 'unknown'; outcome: RemedyOutcome };

export function restoreConfig(parts: RemedyParts) {
  const { paths } = parts;
  return remedy('restore_config', LIMIT_MS, async (target, signal) => {
    const present = readIfThere(paths.env);
    const good = readIfThere(paths.lastKnownGoodEnv);
    if (present === null) return putBack(parts, good);
    // A look at the file of a service that runs: somebody may be editing, so its text is left alone.
    if (target !== null) return closeToOthers(paths.env, 'the service runs; what is in .env is left alone');
    const verdict = await judge(parts, paths.env, signal);
    switch (verdict.kind) {
      case 'unknown':
        return verdict.outcome;
      case 'accepted':
        return closeToOthers(paths.env, 'the orchestrator accepts this .env');
      case 'refused':
        return replace(parts, { present, good, why: verdict.why }, signal);
    }
  });
}

function putBack({ paths }: RemedyParts, good: string | null): RemedyOutcome {
  if (good === null) return nothingToDo('there is no .env, and none is known to have worked');
  placeGood(paths.env, good);
  return done('.env was missing; the last one that worked was put back');
}

/** @param otherwise what to say when there is nothing to close */
function closeToOthers(path: string, otherwise: string): RemedyOutcome {
  const mode = statSync(path).mode & 0o777;
  if ((mode & OTHERS) === 0) return nothingToDo(otherwise);
  chmodSync(path, SECRET_MODE);
  return done(`.env was open to others (mode ${mode.toString(8)}) and is 600 again`);
}

async function replace(
  parts: RemedyParts,
  { present, good, why }: { present: string; good: string | null; why: string },
  signal: AbortSignal,
): Promise<RemedyOutcome> {
  const { paths, now } = parts;
  if (good === null)
    return failed(`.env is refused (${why}), and none is known to have worked. Mend it by hand`);
  const verdict = await judge(parts, paths.lastKnownGoodEnv, signal);
  if (verdict.kind === 'unknown') return verdict.outcome;
  if (verdict.kind === 'refused') return failed(`the last .env that worked is refused too: ${verdict.why}`);
  if (readIfThere(paths.env) !== present) return failed('.env was edited meanwhile; it is looked at again');
  const kept = `${paths.env}.broken-${stamp(now())}`;
  linkSync(paths.env, kept);
  chmodSync(kept, SECRET_MODE);
  placeGood(paths.env, good);
  return done(
    `.env was refused (${why}) and is replaced by the last one that worked; ${describeChanges(present, good)}. The refused one is kept as ${kept}`,
  );
}

/** What the orchestrator itself would say of a file. */
async function judge(parts: RemedyParts, path: string, signal: AbortSignal): Promise<Verdict> {
  const result = await runCli(parts, ['config', 'check', '--file', path], signal);
  if (result.kind === 'ended' && result.code === EXIT.ok) return { kind: 'accepted' };
  if (result.kind === 'ended' && result.code === EXIT.config) {
    return { kind: 'refused', why: lastLine(result.output) };
  }
  return { kind: 'unknown', outcome: whyNot('nanoclaw config check', result) };
}

/** In one step: whoever reads meanwhile finds the old file or the new one. */
function placeGood(path: string, text: string): void {
  const fresh = `${path}.tmp`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode: SECRET_MODE, flush: true });
  renameSync(fresh, path);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
