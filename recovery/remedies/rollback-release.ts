/**
 * Goes back to the release that ran before. An installation that updates itself has `dist` → `releases/<id>`, and
 * `releases/previous` → the release before that one; a checkout built in place has neither, and nothing to go back to.
 *
 * Invariant: `dist` is exchanged in one step and never missing. The release that was left is remembered as
 * `releases/rolled-back`, so that going back happens once and no update takes it again.
 */
import { existsSync, lstatSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { remedy } from './bounded.ts';
import { done, failed, nothingToDo } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

const LIMIT_MS = 10_000;

export function rollbackRelease({ installation }: RemedyParts) {
  return remedy('rollback_release', LIMIT_MS, async () => {
    const dist = join(installation, 'dist');
    const releases = join(installation, 'releases');
    const present = targetOf(dist);
    const previous = targetOf(join(releases, 'previous'));
    if (present === null) return nothingToDo('this installation has no releases to go back to');
    if (previous === null || previous === present) return nothingToDo('there is no release before this one');
    if (!existsSync(join(previous, 'index.js'))) return failed(`${previous} is not a whole release`);
    pointLink(join(releases, 'rolled-back'), basename(present));
    pointLink(dist, relative(installation, previous));
    return done(`went back from release ${basename(present)} to ${basename(previous)}`);
  });
}

/** Where a link leads; null when it is none, or leads nowhere. */
function targetOf(link: string): string | null {
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return null;
  return existsSync(link) ? realpathSync(link) : null;
}

function pointLink(link: string, target: string): void {
  const fresh = `${link}.tmp`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}
