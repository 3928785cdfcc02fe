/**
 * One orchestrator a home. The lock is an abstract unix socket named after the home: the kernel drops it with the
 * process, so it is never stale. `data/host.pid` only tells people the pid.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';

/** Another process holds the lock of this home. */
export class AlreadyRunningError extends Error {
  readonly code = 'ALREADY_RUNNING';
}

/**
 * @param role which kind of process: each kind has a lock of its own
 * @throws AlreadyRunningError
 */
export async function acquireSingleton(home: string, role: string): Promise<Server> {
  const digest = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy()).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new AlreadyRunningError(`another instance already runs on ${home}`, { cause })
          : cause,
      );
    });
    server.listen(`\0nanoclaw-${role}-${digest}`, resolve);
  });
  return server;
}

export function writePid(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${process.pid}\n`);
}
