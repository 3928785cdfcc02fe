/**
 * What is on disk about an agent in a bubblewrap sandbox, in its run folder, so that a new orchestrator finds it.
 *
 *   sandbox.json  who it is, written before the start
 *   alive         a FIFO whose write end only the agent's processes hold: nobody at its other end means dead. The
 *                 kernel keeps this right, whatever was killed and whichever pids were used again.
 *   begun         a FIFO by which bwrap says that the sandbox's first process is there
 *   status.json   bwrap's own words; names the sandbox's first process
 *   exit          the exit code, written by the shell around bwrap before it ends
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const stateSchema = z.object({ agentId: z.string(), group: z.string(), logFile: z.string() });
export type AgentState = z.infer<typeof stateSchema>;

const MKFIFO_DEADLINE_MS = 5000;

export function stateFiles(runDir: string) {
  return {
    state: join(runDir, 'sandbox.json'),
    alive: join(runDir, 'alive'),
    begun: join(runDir, 'begun'),
    status: join(runDir, 'status.json'),
    exit: join(runDir, 'exit'),
  };
}

/** Writes who will run here and makes the FIFOs, replacing what an ended agent left. */
export async function prepareState(runDir: string, state: AgentState): Promise<void> {
  removeState(runDir);
  const files = stateFiles(runDir);
  writeFileSync(files.state, JSON.stringify(state), { mode: 0o600 });
  const fifos = [files.alive, files.begun];
  await promisify(execFile)('mkfifo', ['-m', '600', ...fifos], { timeout: MKFIFO_DEADLINE_MS });
}

export function removeState(runDir: string): void {
  for (const file of Object.values(stateFiles(runDir))) rmSync(file, { force: true });
}

/** Who was started in a run folder; null when nobody was, or its state cannot be read. */
export function readState(runDir: string): AgentState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(stateFiles(runDir).state, 'utf8')));
  } catch {
    return null; // no such file, or a crash cut its writing short: nothing was started after it
  }
}

/**
 * The read end of an agent's FIFO, opened before there is a writer. No data ever comes; its end comes when the
 * sandbox is gone.
 */
export function openReadEnd(runDir: string): number {
  return openSync(stateFiles(runDir).alive, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** The read end of the FIFO of an agent that lives; null when it is gone. */
export function openAlive(runDir: string): number | null {
  let descriptor: number;
  try {
    descriptor = openReadEnd(runDir);
  } catch {
    return null; // no FIFO: the start got no further than its state file
  }
  if (hasWriter(descriptor)) return descriptor;
  closeSync(descriptor);
  return null;
}

/** Whether somebody holds the write end: an empty FIFO reads as "try again" then, and as its end otherwise. */
function hasWriter(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) > 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
  }
}

/** The exit code that the shell wrote; null when it was killed before it could. */
export function readExitCode(runDir: string): number | null {
  const text = readText(stateFiles(runDir).exit).trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** Pid, on the host, of the sandbox's first process; its death ends all others. Null before bwrap has told it. */
export function readSandboxPid(runDir: string): number | null {
  const pid = /"child-pid": *(\d+)/.exec(readText(stateFiles(runDir).status))?.[1];
  return pid === undefined ? null : Number(pid);
}

/** Pids, on the host, of a process's children. */
export function readChildren(pid: number): number[] {
  return readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not written yet, or the process is gone: both mean that nothing is known
  }
}
