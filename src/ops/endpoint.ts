/**
 * Two listeners: the ops endpoint on loopback TCP, which only answers questions, and the control socket, a file
 * that only its owner can open, which also takes orders.
 */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import { assessReadiness, type HealthSource } from './health.ts';
import { sendJson } from './http.ts';
import { type Route, serveRoutes } from './router.ts';

/** The ops port is taken by another program. */
export class PortInUseError extends Error {
  readonly code = 'PORT_IN_USE';
}

export function healthRoutes(source: HealthSource): Route[] {
  return [
    {
      // Alive means that the loop turns; being able to answer is the proof.
      method: 'GET',
      path: '/livez',
      handle: (_req, res) => sendJson(res, 200, { status: 'ok', ...source.identity }),
    },
    {
      method: 'GET',
      path: '/startupz',
      handle: (_req, res) => {
        const phase = source.phase();
        sendJson(res, phase === 'starting' ? 503 : 200, {
          status: phase === 'starting' ? 'fail' : 'ok',
          phase,
          ...source.identity,
        });
      },
    },
    {
      method: 'GET',
      path: '/readyz',
      handle: (_req, res) => {
        const readiness = assessReadiness(source);
        sendJson(res, readiness.status === 'ok' ? 200 : 503, readiness);
      },
    },
  ];
}

/** @throws PortInUseError */
export async function listenOps(
  port: number,
  routes: Route[],
  onError: (error: Error) => void,
): Promise<Server> {
  const server = createServer(serveRoutes(() => routes, onError));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `port ${port} is taken by another program: free it, or set NANOCLAW_PORT in .env`;
      reject(cause.code === 'EADDRINUSE' ? new PortInUseError(message, { cause }) : cause);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** @param routes asked for at each request: parts of the service add theirs while it starts */
export async function listenControl(
  path: string,
  routes: () => readonly Route[],
  onError: (error: Error) => void,
): Promise<Server> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  const server = createServer(serveRoutes(routes, onError));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  await chmod(path, 0o600);
  return server;
}

/** Ends open streams too; resolves when the listener is closed. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
