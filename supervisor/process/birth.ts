/** Telling one process from a later one with the same pid. */
import { readFileSync } from 'node:fs';

/** Start time from `/proc/<pid>/stat` (field 22, clock ticks since boot); null where there is no such file. */
export function birthOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[19] ?? null;
  } catch {
    return null; // gone, or a system without /proc
  }
}

/** A zombie counts as gone: it can do nothing any more. */
export function isAlive(pid: number, birth: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = birthOf(pid);
  if (birth !== null && now !== birth) return false;
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false; // no /proc here: the signal has already told that it exists
  }
}
