/**
 * Runs one program to its end, within the caller's signal. The child leads a process group of its own, which is killed
 * as a whole, so that nothing it started stays behind. Only the end of its output is kept.
 */
import { spawn } from 'node:child_process';

/** Enough for the last lines of a build; what came before is of no use in an incident. */
const OUTPUT_LIMIT = 4096;
/** Longest detail an incident should hold, characters. */
const LINE_LIMIT = 300;

export type ChildOrder = {
  program: string;
  args: readonly string[];
  cwd: string;
  environment: NodeJS.ProcessEnv;
};

export type ChildResult =
  | { kind: 'ended'; code: number; output: string }
  /** Killed because the signal fired. */
  | { kind: 'aborted'; output: string }
  /** It could not be run at all, or was killed by somebody else. */
  | { kind: 'broken'; reason: string };

/** Never rejects. */
export type RunChild = (order: ChildOrder, signal: AbortSignal) => Promise<ChildResult>;

export const runChild: RunChild = ({ program, args, cwd, environment }, signal) => {
  if (signal.aborted) return Promise.resolve({ kind: 'aborted', output: '' });
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (part: Buffer) => {
      output = (output + part.toString('utf8')).slice(-OUTPUT_LIMIT);
    };
    const kill = () => killGroup(child.pid);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', ({ message }) => resolve({ kind: 'broken', reason: message }));
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) resolve({ kind: 'aborted', output });
      else if (code === null) resolve({ kind: 'broken', reason: `it was ended by ${ended}` });
      else resolve({ kind: 'ended', code, output });
    });
    signal.addEventListener('abort', kill, { once: true });
  });
};

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended by itself.
  }
}

/** The last line that says something, without secrets: children print none, but their libraries might. */
export function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? 'it said nothing';
  return last.replace(/\b(sk-ant|xox[a-z]|xapp)-[\w-]+/g, '$1-…').slice(0, LINE_LIMIT);
}
