/**
 * What incidents leave behind. An emergency session holds a copy of the project and, for each fix that was tried, one of
 * the database: these are kept of the last sessions only. Stories and transcripts are small and kept for half a year.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HomePaths } from '../contracts/paths.ts';
import { removeFolder } from '../contracts/remove-folder.ts';

/** Sessions whose copies are kept, for a person to look into. */
const COPIES_KEPT = 2;
/** The large parts of a session's folder. */
const COPIES = ['project', 'scratch', 'tmp', 'programs', 'trials'];
const STORY_KEPT_MS = 180 * 86_400_000;

export type OldIncidentsOptions = {
  paths: Pick<HomePaths, 'incidents' | 'emergencySessions'>;
  /** Ids of the incidents that are open: nothing of theirs goes. */
  open: ReadonlySet<string>;
  /** Wall clock, milliseconds. */
  now: number;
};

/** @returns how many files and folders went @throws when one of them is left */
export async function removeOldIncidents({ paths, open, now }: OldIncidentsOptions): Promise<number> {
  // `<id>.jsonl`, `<id>`, and `<id>.2` for a second session.
  const isOver = (path: string) => !open.has(basename(path).split('.')[0] ?? '');
  const sessions = entriesOf(paths.emergencySessions).filter(isOver);
  // Ids begin with the time, so names are in order.
  const copies = sessions
    .slice(0, -COPIES_KEPT)
    .flatMap((session) => COPIES.map((part) => join(session, part)));
  const stories = [...sessions, ...entriesOf(paths.incidents).filter(isOver)].filter(
    (path) => now - lastChange(path) > STORY_KEPT_MS,
  );
  const gone = [...stories, ...copies].filter((path) => lastChange(path) > 0);
  for (const path of gone) await removeFolder(path);
  return gone.length;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return []; // nothing has ever happened here
  }
}

/** Milliseconds since the epoch; 0 when it is not there. */
function lastChange(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
