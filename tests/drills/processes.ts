/** Processes of a scene, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whatever still runs with this home: an orchestrator whose supervisor was killed, an agent whose orchestrator was. */
export function processesOf(home: string): number[] {
  const wordsOf = (pid: number, file: ProcFile) => textOf(pid, file).split('\0');
  const isOurs = (pid: number) =>
    wordsOf(pid, 'environ').includes(`NANOCLAW_HOME=${home}`) ||
    wordsOf(pid, 'cmdline').some((word) => word.startsWith(`${home}/`));
  return allPids().filter(isOurs);
}

/** Every process in every agent's sandbox. Only bubblewrap's own names paths of the home; it is none of them. */
export function agentsOf(home: string): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(textOf(pid, 'status'))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const beneath = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(beneath)];
  const isSandbox = (pid: number) => textOf(pid, 'comm').trim() === 'bwrap';
  const sandboxes = processesOf(home).filter(isSandbox);
  return [...new Set(sandboxes.flatMap(beneath))].filter((pid) => !isSandbox(pid));
}

function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Also when it is only waited for by nobody. */
export function isGone(pid: number): boolean {
  const status = textOf(pid, 'status');
  return status === '' || /^State:\s+Z/m.test(status);
}

type ProcFile = 'environ' | 'cmdline' | 'status' | 'comm';

function textOf(pid: number, file: ProcFile): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended, or is another user's and so not ours
  }
}

/** Those that have ended by themselves meanwhile are passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
