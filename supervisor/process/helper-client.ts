/**
 * Asks the root helper (systemd/nanoclaw-helper): one connection, one line there, one line back. Its socket belongs
 * to the install user; what it does is a closed list, so the words here are a type.
 */
import { createConnection } from 'node:net';
import type { PrivilegedUnit } from '../ports/privileged.ts';

/** As systemd/nanoclaw-helper.socket has it. */
export const HELPER_SOCKET = '/run/nanoclaw/helper.sock';

export type HelperRequest =
  | `${'start' | 'stop' | 'restart' | 'reset-failed'} ${'nanoclaw' | PrivilegedUnit}`
  | `${'start' | 'stop' | 'size'} nanoclaw-emergency`
  | `prune ${'logs' | 'build-cache'}`
  | `install-supervisor ${string} ${string}`;

/** No helper on this machine, no answer in time, or an answer that is not `ok`. */
export class HelperError extends Error {
  constructor(
    readonly code: 'HELPER_MISSING' | 'HELPER_SILENT' | 'HELPER_REFUSED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An answer is one short line. */
const ANSWER_LIMIT = 1024;

export type AskHelper = (request: HelperRequest, signal: AbortSignal) => Promise<string>;

/**
 * @param path the helper's socket
 * @returns what follows `ok`, often nothing
 * @throws HelperError
 */
export function helperAt(path: string): AskHelper {
  return async (request, signal) => {
    const answer = await exchange(path, `${request}\n`, signal);
    const [word, ...rest] = answer.trim().split(' ');
    if (word === 'ok') return rest.join(' ');
    const said = answer.trim() || 'no answer';
    throw new HelperError('HELPER_REFUSED', `the helper was asked to ${request}: ${said}`);
  };
}

function exchange(path: string, line: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection(path, () => socket.write(line));
    const giveUp = () => socket.destroy(new Error('no answer in time'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length > ANSWER_LIMIT) socket.destroy(new Error('an answer without end'));
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => reject(asHelperError(path, cause)));
    socket.on('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    });
  });
}

function asHelperError(path: string, cause: NodeJS.ErrnoException): HelperError {
  const missing = cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED' || cause.code === 'EACCES';
  if (missing) return new HelperError('HELPER_MISSING', `no helper at ${path}: ${cause.message}`, { cause });
  return new HelperError('HELPER_SILENT', `the helper at ${path}: ${cause.message}`, { cause });
}
