/**
 * Backs up the database, online, and the groups, sessions and configuration. What is kept has passed a check; a file
 * gets its name only when it is whole. The folder is closed to others: the archive holds secrets.
 */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { HomePaths } from '../../contracts/paths.ts';
import { backupDate, databaseBackup, dropOldBackups, filesBackup } from './backup-files.ts';
import { inspectDatabase } from './inspect.ts';

/** Could not be made; what was there before still is. */
export class BackupError extends Error {
  readonly code = 'BACKUP';
}

export type Backup = { database: string | null; files: string | null; bytes: number };

/** From the home's top; logs are left out, they have their own retention. */
const KEPT = ['.env', 'groups', join('data', 'sessions'), join('data', 'installation.json')];
const EXCLUDED = ['groups/*/logs', 'data/sessions/*/.claude/debug'];

/** @throws BackupError */
export async function backUp(paths: HomePaths, now: number, signal: AbortSignal): Promise<Backup> {
  mkdirSync(paths.backups, { recursive: true, mode: 0o700 });
  chmodSync(paths.backups, 0o700);
  const date = backupDate(now);
  const database = await whole(databaseBackup(paths.backups, date), (part) =>
    copyDatabase(paths.database, part),
  );
  const files = await whole(filesBackup(paths.backups, date), (part) => archive(paths.home, part, signal));
  dropOldBackups(paths.backups);
  const bytes = [database, files].reduce((sum, path) => sum + (path === null ? 0 : statSync(path).size), 0);
  return { database, files, bytes };
}

/** Makes a file under a name of its own first. Null when there was nothing to make it of. */
async function whole(path: string, make: (part: string) => Promise<boolean>): Promise<string | null> {
  const part = `${path}.part`;
  rmSync(part, { force: true });
  try {
    closeSync(openSync(part, 'w', 0o600));
    if (!(await make(part))) return null;
    renameSync(part, path);
    return path;
  } catch (cause) {
    throw new BackupError(`${path} could not be made: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(part, { force: true });
  }
}

async function copyDatabase(from: string, to: string): Promise<boolean> {
  if (!existsSync(from)) return false;
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    await source.backup(to);
  } finally {
    source.close();
  }
  const copy = new Database(to);
  copy.pragma('journal_mode = DELETE'); // one file that stands for itself
  copy.close();
  const inspection = inspectDatabase(to);
  if (inspection.kind !== 'sound')
    throw new Error(`the copy is ${inspection.kind}; is the database damaged?`);
  return true;
}

/** Through the system's tar: it knows links, modes and owners. */
async function archive(home: string, to: string, signal: AbortSignal): Promise<boolean> {
  const kept = KEPT.filter((name) => existsSync(join(home, name)));
  if (kept.length === 0) return false;
  const excluded = EXCLUDED.map((pattern) => `--exclude=${pattern}`);
  const out = openSync(to, 'w', 0o600);
  try {
    const args = ['-cz', ...excluded, '-C', home, '--', ...kept];
    const { code, words } = await run('tar', args, out, signal);
    // 1 = a file changed while it was read, which an agent at work does.
    if (code !== 0 && code !== 1) throw new Error(`tar ended with ${code}: ${words}`);
  } finally {
    closeSync(out);
  }
  return true;
}

function run(program: string, args: string[], out: number, signal: AbortSignal) {
  return new Promise<{ code: number | null; words: string }>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', out, 'pipe'], signal });
    let words = '';
    child.stderr?.on('data', (part) => {
      words = `${words}${part}`.slice(-500);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, words: words.trim() }));
  });
}
