/**
 * Removes files that have served their time: logs of the installation and of each group's agents, marks of former ends,
 * what Claude Code leaves in each group's state folder, and copies of the database that a repair put aside. Agents can
 * write in some of these folders (each-file.ts).
 */
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { type HomePaths, MEANT_END } from '../../contracts/paths.ts';
import { eachFile, type FoundFile, foldersIn } from './each-file.ts';

export type OldFilesOptions = {
  paths: HomePaths;
  /** Wall clock, milliseconds. */
  now: number;
  /** Claude sessions that a group goes on with, by their ids. */
  liveSessions: ReadonlySet<string>;
};

const DAY_MS = 86_400_000;

/** Files in `logs/` and `groups/*\/logs/` are kept this long, days. */
export const FILES_KEPT_DAYS = 14;
/** Transcripts of conversations that nobody goes on with: the group's own archive of them stays. Days. */
export const SESSIONS_KEPT_DAYS = 30;
/** A debug log is one file for all runs of a group's agents; a day of hard work writes a few MB. */
const DEBUG_LOG_LIMIT_BYTES = 20 * 1024 * 1024;

/** What Claude Code (seen with 2.1.329) keeps by session in its folder, and never needs after the session. */
const STATE_FOLDERS = ['todos', 'tasks', 'shell-snapshots', 'session-env', 'debug'];

export async function removeOldFiles(options: OldFilesOptions, signal: AbortSignal): Promise<string> {
  const { paths, now } = options;
  const before = now - FILES_KEPT_DAYS * DAY_MS;
  let removed = await eachFile(paths.home, within(paths, paths.logs), removeIf(before));
  removed += await eachFile(paths.home, within(paths, paths.data), removeIf(before, isMark));
  removed += await eachFile(
    paths.home,
    within(paths, dirname(paths.database)),
    removeIf(before, isPutAside(paths)),
  );
  for (const group of await foldersIn(paths.groups)) {
    signal.throwIfAborted();
    removed += await eachFile(paths.groups, `${group}/${basename(paths.groupLogs(group))}`, removeIf(before));
  }
  for (const group of await foldersIn(paths.data, 'sessions')) removed += await tidySessions(options, group);
  return `${removed} files removed`;
}

async function tidySessions({ paths, now, liveSessions }: OldFilesOptions, group: string): Promise<number> {
  const root = paths.data;
  const state = relative(root, paths.claudeState(group));
  const before = now - SESSIONS_KEPT_DAYS * DAY_MS;
  const isOver = ({ name }: FoundFile) => !liveSessions.has(name.split('.')[0] ?? '');
  let removed = 0;
  for (const folder of STATE_FOLDERS)
    removed += await eachFile(root, `${state}/${folder}`, removeIf(before, isOver));
  for (const project of await foldersIn(root, `${state}/projects`))
    removed += await eachFile(root, `${state}/projects/${project}`, removeIf(before, isOver));
  await eachFile(root, `${state}/debug`, emptyLarge);
  return removed;
}

function removeIf(before: number, isMeant: (file: FoundFile) => boolean = () => true) {
  return async (file: FoundFile) => {
    if (file.stats.mtimeMs >= before || !isMeant(file)) return false;
    await unlink(file.path);
    return true;
  };
}

/** In place: its writer appends to it and has it open. */
async function emptyLarge({ path, stats }: FoundFile): Promise<boolean> {
  if (stats.size <= DEBUG_LOG_LIMIT_BYTES) return false;
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  await file.truncate(0).finally(() => file.close());
  return true;
}

/** `messages.db.broken-…`, `.before-restore-…`, `.rebuilt-…`: the database itself and its side files are never meant. */
function isPutAside({ database }: HomePaths) {
  const start = `${basename(database)}.`;
  return ({ name }: FoundFile) => name.startsWith(start);
}

const isMark = ({ name }: FoundFile) => name.startsWith(MEANT_END);

const within = ({ home }: HomePaths, path: string) => relative(home, path);
