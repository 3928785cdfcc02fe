/** Telling one process from a later one with the same pid. */
import { readFileSync } from 'node:fs';

/** Start time from `/proc/<pid>/stat` (field 22, clock ticks since boot); null where there is no such file. */
export function birthOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** A zombie counts as gone: it can do nothing any more. */
export function isAlive(pid: number, birth: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is there and not ours to signal.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  if (stat === null) return birth === null; // no /proc here: the signal has told that it exists
  return stat[0] !== 'Z' && (birth === null || stat[19] === birth);
}

/** The fields from the third on: the process's state comes first. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // gone, or a system without /proc
  }
}
