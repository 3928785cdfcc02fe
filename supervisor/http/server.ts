/** The status page's server. It may fail to get its port or be asked nonsense; supervision never notices. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../ports/records.ts';
import { type Access, refuse } from './guard.ts';
import { BadBodyError, sendError } from './reply.ts';
import { type Backend, route } from './routes.ts';

/** A taken port is tried again; the waits double up to the longest. */
const RETRY_MS = 1000;
const RETRY_LONGEST_MS = 60_000;

export class PageServer {
  #server: Server;
  #retry: NodeJS.Timeout | null = null;
  #failures = 0;
  #stopped = false;

  constructor(
    readonly access: Access,
    readonly backend: Backend,
    readonly log: Log,
  ) {
    this.#server = createServer((req, res) => void this.#answer(req, res));
    this.#server.requestTimeout = 30_000;
    this.#server.on('error', (error: NodeJS.ErrnoException) => this.#tryLater(error));
    this.#server.on('listening', () => {
      this.#failures = 0;
      const host = access.bind.includes(':') ? `[${access.bind}]` : access.bind;
      log.info(`status page on http://${host}:${access.port}/`);
    });
  }

  start(): void {
    if (!this.#stopped) this.#server.listen(this.access.port, this.access.bind);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.backend.events.stop();
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #tryLater(error: NodeJS.ErrnoException): void {
    const why = error.code === 'EADDRINUSE' ? `port ${this.access.port} is taken` : error.message;
    if (this.#failures === 0) this.log.warn(`the status page is off: ${why}; it is tried again`);
    const wait = Math.min(RETRY_LONGEST_MS, RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.start(), wait);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const url = new URL(req.url ?? '/', 'http://localhost');
      const { host, origin, authorization } = req.headers;
      const asked = { method: req.method ?? 'GET', path: url.pathname, host, origin, authorization };
      const refusal = refuse(asked, this.access);
      if (refusal) return sendError(res, refusal.status, refusal.code);
      await route(this.backend, req, res, url);
    } catch (error) {
      this.#fail(res, error);
    }
  }

  #fail(res: ServerResponse, error: unknown): void {
    if (res.headersSent) return void res.destroy();
    if (error instanceof BadBodyError) return sendError(res, 400, 'bad_body');
    this.log.error(`the status page could not answer: ${String(error)}`);
    sendError(res, 500, 'internal');
  }
}
