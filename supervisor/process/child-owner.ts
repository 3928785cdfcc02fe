/**
 * Process owner `child`: spawns the orchestrator itself. The child gets its own session, so Ctrl-C reaches the
 * supervisor alone and the child survives a supervisor's crash; the next supervisor adopts it and follows its pid.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type ProcessOwner, StartError, type Started } from '../ports/process-owner.ts';
import type { Report } from '../ports/report.ts';
import { birthOf, isAlive } from './birth.ts';

/** An adopted process is looked at this often; its closed connection usually tells sooner. */
const WATCH_MS = 250;
/** After a signal or a closed connection its end is near and worth looking for closely. */
const WATCH_CLOSELY_MS = 10;

export type ChildOptions = { command: readonly string[]; cwd: string; env: NodeJS.ProcessEnv };

export class ChildOwner implements ProcessOwner {
  #child: ChildProcess | null = null;
  #watched: { target: Started; timer: NodeJS.Timeout } | null = null;

  constructor(
    readonly options: ChildOptions,
    readonly report: (event: Report) => void,
  ) {}

  start(): Started {
    const [program = '', ...args] = this.options.command;
    const { cwd, env } = this.options;
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', () => undefined); // the same failure once more, as an event
      throw new StartError(`${program} cannot be run`);
    }
    child.once('exit', (code, signal) => {
      if (this.#child === child) this.#child = null;
      this.report({ kind: 'child_exited', pid, code, signal });
    });
    this.#child = child;
    return { pid, birth: birthOf(pid) };
  }

  watch(target: Started): void {
    if (this.#child?.pid === target.pid) return;
    this.#watchEvery(target, WATCH_MS);
  }

  /** The end of an adopted process is expected within milliseconds. */
  expectEnd(pid: number): void {
    const target = this.#watched?.target;
    if (target?.pid === pid) this.#watchEvery(target, WATCH_CLOSELY_MS);
  }

  signal(target: Started, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!isAlive(target.pid, target.birth)) return;
    try {
      process.kill(target.pid, signal);
    } catch {
      return; // it went between the look and the signal
    }
    this.expectEnd(target.pid);
  }

  isAlive(target: Started): boolean {
    return isAlive(target.pid, target.birth);
  }

  /** Stops watching; the orchestrator itself is left alone. */
  close(): void {
    clearInterval(this.#watched?.timer);
    this.#watched = null;
    this.#child?.unref();
  }

  #watchEvery(target: Started, ms: number): void {
    clearInterval(this.#watched?.timer);
    this.#watched = { target, timer: setInterval(() => this.#look(target), ms) };
  }

  #look(target: Started): void {
    if (isAlive(target.pid, target.birth)) return;
    clearInterval(this.#watched?.timer);
    this.#watched = null;
    this.report({ kind: 'child_exited', pid: target.pid, code: null, signal: null });
  }
}
