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

/** Every process of every agent's sandbox: bubblewrap is started with paths of the home, what it starts is not. */
export function agentsOf(home: string): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(textOf(pid, 'status'))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const beneath = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(beneath)];
  const sandboxes = processesOf(home).filter((pid) => textOf(pid, 'comm').trim() === 'bwrap');
  return [...new Set(sandboxes.flatMap(beneath))];
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

export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it has ended by itself
  }
}
