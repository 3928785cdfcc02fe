/**
 * Starts the processes of one agent: `sh → bwrap → runner`, and a small one that keeps the log within its limit.
 * None of them hangs on the orchestrator: they are sessions of their own and write to files, so that its crash is
 * not theirs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { LOG_LIMIT_BYTES, LOG_LIMIT_NOTE, openLogFile } from './agent-log.ts';
import { stateFiles } from './bubblewrap-state.ts';
import { SandboxError } from './sandbox.ts';

/** The exit code is on disk before the shell lets go of the FIFO; bwrap must not see that descriptor (6). */
const RUN_AND_RECORD = 'bwrap "$@" 6>&-; echo $? >&6';

/** Keeps the first $1 bytes, says so when there are more, and drops the rest so that the agent never blocks. */
const KEEP_LOG =
  'stdbuf -o0 head -c "$1"; if [ "$(head -c 1 | wc -c)" -gt 0 ]; then printf "%s" "$2"; cat >/dev/null; fi';

/** Making namespaces and mounts takes some 10 ms. */
const LAUNCH_DEADLINE_MS = 10_000;

/** @throws SandboxError `start_failed`, `timed_out` or `aborted` */
export async function launchBubblewrap(
  args: readonly string[],
  place: { runDir: string; logFile: string; logLimitBytes?: number | undefined },
  signal: AbortSignal,
): Promise<void> {
  const files = stateFiles(place.runDir);
  const alive = openSync(files.alive, constants.O_WRONLY | constants.O_NONBLOCK);
  const status = openSync(files.status, 'w', 0o600);
  const exit = openSync(files.exit, 'w', 0o600);
  const logger = await startLogger(place, alive);
  const begun = openBegun(files.begun);
  const shell = spawn('/bin/sh', ['-c', RUN_AND_RECORD, 'nanoclaw-agent', ...args], {
    stdio: ['ignore', logger.stdin, logger.stdin, alive, begun.tell, status, exit],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    detached: true,
  });
  for (const descriptor of [alive, begun.tell, status, exit]) closeSync(descriptor);
  logger.stdin?.destroy();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(LAUNCH_DEADLINE_MS)]);
  await awaitSandbox(shell, begun.word, deadline).finally(() => begun.word.destroy());
  shell.unref();
}

/**
 * What bwrap tells by is open for reading too, so that it is its own reader when we are gone: a broken pipe would end
 * it in the middle, and leave the sandbox's first process waiting for its word for ever.
 */
function openBegun(path: string): { tell: number; word: Socket } {
  const tell = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { tell, word: new Socket({ fd, writable: false }) };
}

/** The logger holds the FIFO too, so that an end is seen only after the last line is in the log. */
async function startLogger(
  { logFile, logLimitBytes = LOG_LIMIT_BYTES }: { logFile: string; logLimitBytes?: number | undefined },
  alive: number,
): Promise<ChildProcess> {
  const file = await openLogFile(logFile);
  const room = Math.max(0, logLimitBytes - (await file.stat()).size);
  const logger = spawn('/bin/sh', ['-c', KEEP_LOG, 'nanoclaw-log', `${room}`, LOG_LIMIT_NOTE], {
    stdio: ['pipe', file.fd, 'ignore', alive],
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
  });
  logger.unref();
  await file.close();
  return logger;
}

/** bwrap writes one JSON document to its info descriptor when the sandbox's first process is there. */
function awaitSandbox(shell: ChildProcess, word: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      killGroup(shell);
      reject(explainAbort(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (error: SandboxError | null) => {
      signal.removeEventListener('abort', onAbort);
      if (error === null) resolve();
      else reject(error);
    };
    word.once('data', () => settle(null));
    word.once('end', () =>
      settle(
        new SandboxError('start_failed', 'bubblewrap could not make the sandbox; the agent’s log says why'),
      ),
    );
    shell.once('error', (cause) =>
      settle(new SandboxError('start_failed', 'the sandbox’s shell could not be started', { cause })),
    );
  });
}

function explainAbort(signal: AbortSignal): SandboxError {
  const late = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return late
    ? new SandboxError('timed_out', 'bubblewrap took too long to start', { cause: signal.reason })
    : new SandboxError('aborted', 'the start was aborted', { cause: signal.reason });
}

/** The shell leads a process group of its own. */
function killGroup(shell: ChildProcess): void {
  if (shell.pid === undefined) return;
  try {
    process.kill(-shell.pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
