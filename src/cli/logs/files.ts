/**
 * Log files of one program, over rotations: `logs/nanoclaw*.log`, `logs/supervisor*.log`. Reads the last lines
 * across files, and what is added later wherever it is added.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const PARTS = ['orchestrator', 'supervisor'] as const;
export type Part = (typeof PARTS)[number];

const PREFIX: Record<Part, string> = { orchestrator: 'nanoclaw', supervisor: 'supervisor' };

/** How far back one file is read for its last lines, bytes: some ten thousand lines. */
const TAIL_BYTES = 4 * 1024 * 1024;

export type LogFile = { path: string; size: number; modified: number; inode: number };

/** Files of a part, the one written last at the end. */
export async function findLogs(folder: string, part: Part): Promise<LogFile[]> {
  const names = await readdir(folder).catch(() => []); // no folder: nothing was logged yet
  const mine = names.filter((name) => name.startsWith(PREFIX[part]) && name.endsWith('.log'));
  const files = await Promise.all(mine.map((name) => describe(join(folder, name))));
  return files.filter((file) => file !== null).sort((a, b) => a.modified - b.modified);
}

async function describe(path: string): Promise<LogFile | null> {
  const info = await stat(path).catch(() => null); // rotated away since the folder was read
  return info?.isFile() ? { path, size: info.size, modified: info.mtimeMs, inode: info.ino } : null;
}

/** Text of a file from `from` up to its size when it was found; a link to another of the files is no problem. */
export async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, to - from));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The last `count` lines of a part, oldest first. */
export async function readTail(folder: string, part: Part, count: number): Promise<string[]> {
  const files = uniqueFiles(await findLogs(folder, part));
  const lines: string[] = [];
  for (const file of files.reverse()) {
    if (lines.length >= count) break;
    const from = Math.max(0, file.size - TAIL_BYTES);
    const text = (await readRange(file.path, from, file.size)).toString('utf8');
    const whole = from === 0 ? text : text.slice(text.indexOf('\n') + 1);
    lines.unshift(...whole.split('\n').filter((line) => line !== ''));
  }
  return lines.slice(-count);
}

/** A `current.log` link and its target are one file. */
export function uniqueFiles(files: readonly LogFile[]): LogFile[] {
  return [...new Map(files.map((file) => [file.inode, file])).values()];
}
