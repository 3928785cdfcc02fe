/**
 * One process of a kind a home: an abstract unix socket named after the home. The kernel drops it with the process,
 * so it is never stale, whatever a pid file says.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Another process of this kind runs on this home. */
export class AlreadyRunningError extends Error {
  readonly code = 'ALREADY_RUNNING';
}

/**
 * Holds the lock until the process ends or the server is closed.
 * @throws AlreadyRunningError
 */
export async function lockHome(home: string, role: 'orchestrator' | 'supervisor'): Promise<Server> {
  const key = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(taken ? new AlreadyRunningError(`another ${role} already runs on ${home}`, { cause }) : cause);
    });
    server.listen(`\0nanoclaw-${role}-${key}`, resolve);
  });
  return server.unref();
}
