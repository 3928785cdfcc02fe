/**
 * One supervisor a home: an abstract unix socket whose name is made of the home's path. The kernel frees it with
 * the process, so it is never stale.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Another supervisor runs on this home. */
export class AlreadyRunningError extends Error {
  readonly code = 'ALREADY_RUNNING';
  constructor(home: string) {
    super(`another supervisor already runs on ${home}`);
  }
}

/** Holds the lock until the process ends or the server is closed. @throws AlreadyRunningError */
export async function lockHome(home: string): Promise<Server> {
  const key = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new AlreadyRunningError(home) : error);
    });
    server.listen(`\0nanoclaw-supervisor-${key}`, resolve);
  });
  return server.unref();
}
