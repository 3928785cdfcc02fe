/**
 * The part of the log's rotation that pino-roll leaves: it begins a file a day and keeps the newest seven plain ones;
 * here those of former days are compressed, and the compressed ones go after their seven days.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, unlink, utimes } from 'node:fs/promises';
import { relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { HomePaths } from '../../contracts/paths.ts';
import { LOG_DAYS_KEPT } from '../logging.ts';
import { backupDate } from './backup-files.ts';
import { eachFile, type FoundFile } from './each-file.ts';

const DAY_MS = 86_400_000;
const NAME = /^nanoclaw\.(\d{4}-\d{2}-\d{2})\.\d+\.log(?:\.gz)?$/;

/** @param now wall clock, milliseconds */
export async function rotateLogs(
  { home, logs }: HomePaths,
  now: number,
  signal: AbortSignal,
): Promise<string> {
  const today = backupDate(now);
  const oldest = backupDate(now - LOG_DAYS_KEPT * DAY_MS);
  const folder = relative(home, logs);
  const removed = await eachFile(home, folder, async ({ path, name }) => {
    if (dayOf(name, today) >= oldest) return false;
    await unlink(path);
    return true;
  });
  const compressed = await eachFile(home, folder, async (file) => {
    if (file.name.endsWith('.gz') || dayOf(file.name, today) >= today) return false;
    await compress(file, signal);
    return true;
  });
  return `${compressed} logs compressed, ${removed} removed`;
}

/** Of what is not one of our logs: today, so that it is left alone. */
function dayOf(name: string, today: string): string {
  return NAME.exec(name)?.[1] ?? today;
}

/** Under another name first: what ends in `.gz` is whole. */
async function compress({ path, stats }: FoundFile, signal: AbortSignal): Promise<void> {
  const part = `${path}.gz.part`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(part, { mode: 0o600 }), { signal });
  await utimes(part, stats.atime, stats.mtime);
  await rename(part, `${path}.gz`);
  await unlink(path);
}
