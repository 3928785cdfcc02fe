/** The backups on disk: one pair of files a day, the newest seven days kept. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Days of backups that are kept. */
const KEEP = 7;

const NAME = /^(?:messages|files)-(\d{4}-\d{2}-\d{2})\.(?:db|tar\.gz)$/;

/** Local date of a moment as it stands in the names. @param ms wall clock */
export function backupDate(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export const databaseBackup = (folder: string, date: string) => join(folder, `messages-${date}.db`);
export const filesBackup = (folder: string, date: string) => join(folder, `files-${date}.tar.gz`);

/** Backups of the database, newest first. */
export function databaseBackups(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith('.db'))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/** Removes the days past the newest seven; how many files went. */
export function dropOldBackups(folder: string): number {
  const names = namesIn(folder);
  const dates = [...new Set(names.map(dateOf))].sort().reverse();
  const old = new Set(dates.slice(KEEP));
  const dropped = names.filter((name) => old.has(dateOf(name)));
  for (const name of dropped) rmSync(join(folder, name), { force: true });
  return dropped.length;
}

function dateOf(name: string): string {
  return NAME.exec(name)?.[1] ?? '';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // none was ever made
    throw error;
  }
}
