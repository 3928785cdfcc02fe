/**
 * Goes back to the release that ran before. An installation that updates itself has `dist` → `releases/<id>`, and
 * `releases/previous` → the release before that one; a checkout built in place has neither, and nothing to go back to.
 *
 * Invariant: `dist` is exchanged in one step and never missing. The release that was left is remembered as
 * `releases/rolled-back`, so that going back happens once and no update takes it again.
 */
import { existsSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { remedy } from './bounded.ts';
import { done, failed, nothingToDo } from './outcome.ts';
import type { RemedyParts } from './parts.ts';

const LIMIT_MS = 10_000;

export function rollbackRelease({ installation }: RemedyParts) {
  return remedy('rollback_release', LIMIT_MS, async () => {
    const dist = join(installation, 'dist');
    const releases = join(installation, 'releases');
    const present = releaseOf(dist);
    const previous = releaseOf(join(releases, 'previous'));
    if (present === null) return nothingToDo('this installation has no releases to go back to');
    if (previous === null || previous === present) return nothingToDo('there is no release before this one');
    if (!isWhole(join(releases, previous))) return failed(`release ${previous} is not whole`);
    pointLink(join(releases, 'rolled-back'), present);
    pointLink(dist, join('releases', previous));
    return done(`went back from release ${present} to ${previous}`);
  });
}

/** Id of the release a link names, also one that an update never finished; null when it is no link. */
function releaseOf(link: string): string | null {
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? basename(readlinkSync(link)) : null;
}

function isWhole(release: string): boolean {
  return ['index.js', 'cli.js'].every((program) => existsSync(join(release, program)));
}

function pointLink(link: string, target: string): void {
  const fresh = `${link}.tmp`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}
