/** A program started for a measurement, and what the kernel says it uses. Linux only: /proc. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

export type Program = { args: readonly string[]; env: NodeJS.ProcessEnv; cwd?: string };

export function startNode({ args, env, cwd }: Program): ChildProcess {
  return spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Asks a child to end and waits until it has. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Resident memory, MiB. */
export function rssOf(pid: number): number {
  return memoryOf(pid, 'VmRSS');
}

/** The most resident memory it ever had, MiB. */
export function peakRssOf(pid: number): number {
  return memoryOf(pid, 'VmHWM');
}

/** CPU time of all live threads so far, milliseconds; finer than the 10 ms ticks of /proc/<pid>/stat. */
export function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]),
  );
  return ran.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

function memoryOf(pid: number, field: string): number {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  return kib === undefined ? 0 : Number(kib) / 1024; // an exited process that nobody has waited for has no memory
}
