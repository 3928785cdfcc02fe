/**
 * The supervisor as a foreground child: it writes to our terminal, gets each of our signals once, and its end is
 * our end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * In a process group of its own, or the terminal would send it Ctrl-C as well and it would get the signal twice.
 */
export function startSupervisor(program: string, environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [program], { stdio: 'inherit', env: environment, detached: true });
}

/** Resolves with the child's exit code, 128+n when signal n ended it. */
export function superviseUntilExit(child: ChildProcess, host: NodeJS.EventEmitter): Promise<number> {
  const handlers = FORWARDED.map((signal) => ({ signal, handle: () => void child.kill(signal) }));
  for (const { signal, handle } of handlers) host.on(signal, handle);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  }).finally(() => {
    for (const { signal, handle } of handlers) host.off(signal, handle);
  });
}

/** As a shell would report it. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
