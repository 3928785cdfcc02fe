/**
 * Process owner `child`: spawns the orchestrator itself. The child gets its own session, so Ctrl-C reaches the
 * supervisor alone and the child survives a supervisor's crash; the next supervisor adopts it and follows its pid.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type LiveOwner, StartError, type Started } from '../ports/process-owner.ts';
import type { Report } from '../ports/report.ts';
import { birthOf, isAlive } from './birth.ts';
import { ProcessWatch, signalIfAlive } from './watch.ts';

export type ChildOptions = { command: readonly string[]; cwd: string; env: NodeJS.ProcessEnv };

export class ChildOwner implements LiveOwner {
  #child: ChildProcess | null = null;
  readonly #watch: ProcessWatch;

  constructor(
    readonly options: ChildOptions,
    readonly report: (event: Report) => void,
  ) {
    this.#watch = new ProcessWatch(({ pid }) =>
      report({ kind: 'child_exited', pid, code: null, signal: null }),
    );
  }

  async start(): Promise<Started> {
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
    if (this.#child?.pid !== target.pid) this.#watch.follow(target);
  }

  expectEnd(pid: number): void {
    this.#watch.lookClosely(pid);
  }

  signal(target: Started, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (signalIfAlive(target, signal)) this.expectEnd(target.pid);
  }

  isAlive(target: Started): boolean {
    return isAlive(target.pid, target.birth);
  }

  /** Nobody else starts a child of ours. */
  hold(): void {
    // a dead child stays dead
  }

  close(): void {
    this.#watch.stop();
    this.#child?.unref();
  }
}
