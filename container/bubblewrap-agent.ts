/**
 * One agent in a bubblewrap sandbox, whether this process started it or an earlier one did: both are followed
 * through the FIFO alone (bubblewrap-state.ts), so there is one way to learn of an end.
 */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describeExit } from './agent-exit.ts';
import { openAlive, readChildren, readExitCode, readSandboxPid, removeState } from './bubblewrap-state.ts';
import { agentName } from './inside.ts';
import type { AgentExit, RunningAgent } from './sandbox.ts';

/** Making a sandbox takes some 10 ms, on a busy machine a second. */
const KILL_AGAIN_MS = 200;

export class BubblewrapAgent implements RunningAgent {
  readonly agentId: string;
  readonly group: string;
  readonly name: string;
  readonly exited: Promise<AgentExit>;
  readonly #runDir: string;
  #stopping: Promise<void> | null = null;

  /** @param alive read end of the agent's FIFO; becomes this object's own */
  constructor(agent: { agentId: string; group: string }, runDir: string, alive: number) {
    this.agentId = agent.agentId;
    this.group = agent.group;
    this.name = agentName(agent);
    this.#runDir = runDir;
    this.exited = awaitClose(alive).then(() => this.#readEnd());
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    const first = this.#sandboxPid();
    // The first process only reaps; the runner is its child.
    if (first !== null) for (const pid of readChildren(first)) sendSignal(pid, 'SIGTERM');
    const ended = new AbortController();
    const killing = this.#killAfter(graceMs, ended.signal);
    await this.exited;
    ended.abort();
    await killing;
  }

  /** Again and again: of a sandbox that is being made the first process is not known yet. */
  async #killAfter(graceMs: number, ended: AbortSignal): Promise<void> {
    const isOver = (ms: number) => pause(ms, false, { signal: ended }).catch(() => true); // the wait was cut short by its end
    for (let wait = graceMs; !(await isOver(wait)); wait = KILL_AGAIN_MS) {
      const pid = this.#sandboxPid();
      if (pid !== null) sendSignal(pid, 'SIGKILL');
    }
  }

  /** Null when the sandbox is gone: then the number may already be another process's. */
  #sandboxPid(): number | null {
    const alive = openAlive(this.#runDir);
    if (alive === null) return null;
    closeSync(alive);
    return readExitCode(this.#runDir) === null ? readSandboxPid(this.#runDir) : null;
  }

  #readEnd(): AgentExit {
    const code = readExitCode(this.#runDir);
    removeState(this.#runDir);
    return describeExit(code, false);
  }
}

function awaitClose(descriptor: number): Promise<void> {
  return new Promise((resolve) => {
    const fifo = new Socket({ fd: descriptor, readable: true, writable: false });
    fifo.once('close', () => resolve());
    fifo.once('error', () => fifo.destroy()); // a FIFO that cannot be read ends here all the same
    fifo.resume();
  });
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
