/** Calls to the Docker engine: each with a deadline, each failure told as one line that says what to type. */
import { isSystemSocket } from '../contracts/docker-host.ts';
import { SandboxError } from './sandbox.ts';

/** The engine answers in milliseconds when it is well; a busy disk may take seconds. */
export const CALL_DEADLINE_MS = 15_000;

export type EngineCall = { doing: string; image?: string; deadlineMs?: number; signal?: AbortSignal };

/** @throws SandboxError always this, whatever went wrong. */
export type CallEngine = <T>(call: EngineCall, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** @param socketPath of the engine, so that it is told how to start that one; null for one behind TCP */
export function callsTo(socketPath: string | null): CallEngine {
  return (call, run) => callEngine(socketPath, call, run);
}

async function callEngine<T>(
  socketPath: string | null,
  call: EngineCall,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(call.deadlineMs ?? CALL_DEADLINE_MS);
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  try {
    signal.throwIfAborted();
    return await Promise.race([run(signal), rejectOnAbort(signal)]);
  } catch (error) {
    if (call.signal?.aborted)
      throw new SandboxError('aborted', `${call.doing} was aborted`, { cause: error });
    if (deadline.aborted)
      throw new SandboxError('timed_out', timeoutWords(call, socketPath), { cause: error });
    throw explainEngineError(error, call);
  }
}

/** Some calls of the client take no signal; those are left alone when the time is up. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** HTTP status of the engine's answer, null when there was none. */
export function statusOf(error: unknown): number | null {
  const cause = error instanceof SandboxError ? error.cause : error;
  const status = readField(cause, 'statusCode');
  return typeof status === 'number' ? status : null;
}

/** What an error of the engine or of the connection to it means and what to type. */
export function explainEngineError(error: unknown, call: Pick<EngineCall, 'doing' | 'image'>): SandboxError {
  const options = { cause: error };
  switch (readField(error, 'code')) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
      return new SandboxError('engine_unreachable', unreachableWords(readField(error, 'address')), options);
    case 'EACCES':
    case 'EPERM':
      return new SandboxError(
        'engine_forbidden',
        'This user may not use Docker. Run: sudo usermod -aG docker $USER, then log in again',
        options,
      );
  }
  const message = firstLine(error);
  if (statusOf(error) === 404 && /no such image/i.test(message)) {
    return new SandboxError(
      'image_missing',
      `There is no image ${call.image}. Run: ./container/build.sh`,
      options,
    );
  }
  return new SandboxError('engine_failed', `${call.doing} failed: ${message}. Run: docker info`, options);
}

/** @param address of the socket, as Node names it in the error */
function unreachableWords(address: unknown): string {
  const socketPath = typeof address === 'string' && address.startsWith('/') ? address : null;
  const which = isUsers(socketPath) ? ` at ${socketPath}` : '';
  return `The Docker engine${which} does not answer. Run: ${commandTo('start', socketPath)}`;
}

function timeoutWords({ doing }: EngineCall, socketPath: string | null): string {
  return `${doing} took too long: the Docker engine hangs. Run: ${commandTo('restart', socketPath)}`;
}

function commandTo(verb: 'start' | 'restart', socketPath: string | null): string {
  return isUsers(socketPath) ? `systemctl --user ${verb} docker` : `sudo systemctl ${verb} docker`;
}

/** Whether it is an engine that a user runs. */
function isUsers(socketPath: string | null): boolean {
  return socketPath !== null && !isSystemSocket(socketPath);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0] ?? '';
}

function readField(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
