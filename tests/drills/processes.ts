/** Processes of a scene, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whatever still runs with this home: an orchestrator whose supervisor was killed, an agent whose orchestrator was. */
export function processesOf(home: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isOurs = (pid: string) =>
    wordsOf(pid, 'environ').includes(`NANOCLAW_HOME=${home}`) ||
    wordsOf(pid, 'cmdline').some((word) => word.startsWith(`${home}/`));
  return pids.filter(isOurs).map(Number);
}

/** Also when it is only waited for by nobody. */
export function isGone(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true; // gone altogether
  }
}

function wordsOf(pid: string, name: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
  } catch {
    return []; // it has ended, or is another user's and so not ours
  }
}

export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it has ended by itself
  }
}
