/**
 * The credential forwarder: one HTTP server on one unix socket, for one agent container. The container speaks
 * Anthropic's API under `/anthropic/` with a placeholder; the real credential is put in here and is never seen
 * by it. Whoever takes us for a proxy gets the group's way to the internet (egress/); everything else is refused.
 * Who may open the socket is decided by the folder it lies in.
 */
import { chmod, lstat, unlink } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { SOCKET_PATH_LIMIT } from '../contracts/paths.ts';
import { anthropicError } from './anthropic-error.ts';
import { EgressProxy } from './egress/proxy.ts';
import { isProxyRequest } from './egress/target.ts';
import { serve } from './exchange.ts';
import { ONLY_MODEL_API } from './route.ts';
import type { BrokerOptions } from './types.ts';
import { Upstreams } from './upstream.ts';

export type { EgressOptions, EgressRecord } from './egress/types.ts';
export type {
  BrokerOptions,
  BrokerRecord,
  Credential,
  ModelUpstream,
  ThreadsUpstream,
  TokenCount,
} from './types.ts';

/** Claude Code's own headers are below 2 KB; OAuth tokens and proxies' additions fit many times over. */
const HEADER_LIMIT = 32 * 1024;
/** A client that sends on a connection just closed must retry with a pause, so idle ones are kept long. */
const KEEP_ALIVE_MS = 600_000;

/** A browser behind a proxy opens 32; each costs memory of the process that watches over everything. */
const CONNECTIONS = 512;

export class BrokerSocketError extends Error {
  constructor(
    readonly code: 'SOCKET_PATH_TOO_LONG' | 'SOCKET_PATH_TAKEN' | 'SOCKET_LISTEN_FAILED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type Broker = {
  /** When an API request of the container was last under way, monotonic milliseconds; null = never. */
  askedAt(): number | null;
  stop(): Promise<void>;
};

class OpenExchanges {
  #open = 0;
  #lastAt: number | null = null;

  constructor(readonly monotonic: () => number) {}

  watch(res: ServerResponse): void {
    this.#open += 1;
    res.once('close', () => {
      this.#open -= 1;
      this.#lastAt = this.monotonic();
    });
  }

  lastAt(): number | null {
    return this.#open > 0 ? this.monotonic() : this.#lastAt;
  }
}

/**
 * Listens on `socketPath`, in place of a socket left there by an earlier process.
 * `stop()` ends idle connections and cuts running requests: the container they belong to is gone by then.
 * @throws BrokerSocketError when the path is too long, is no socket, or cannot be listened on.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const exchanges = new OpenExchanges(options.monotonic ?? (() => performance.now()));
  await clearPath(options.socketPath);
  const upstreams = new Upstreams();
  const server = createServer({ maxHeaderSize: HEADER_LIMIT, keepAliveTimeout: KEEP_ALIVE_MS });
  server.maxConnections = CONNECTIONS;
  const proxy = options.egress ? new EgressProxy(options.egress) : null;
  server.on('request', (req, res) => {
    if (proxy !== null && isProxyRequest(req.url ?? '')) void proxy.plain(req, res);
    else {
      exchanges.watch(res);
      void serve(req, res, { options, upstreams });
    }
  });
  server.on('connect', (req, socket, head) => {
    if (proxy !== null) void proxy.tunnel(req, socket, head);
    else refuseTunnel(socket);
  });
  await listen(server, options.socketPath);
  await chmod(options.socketPath, 0o666); // the container's user is another than ours
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeAllConnections();
    proxy?.stop();
    await closed;
    upstreams.close();
  };
  return {
    askedAt: () => exchanges.lastAt(),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function clearPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > SOCKET_PATH_LIMIT) {
    throw new BrokerSocketError('SOCKET_PATH_TOO_LONG', `a socket path has at most 107 bytes: ${path}`);
  }
  const present = await lstat(path).catch(() => null); // absent is what we want; other trouble shows in listen
  if (present === null) return;
  if (!present.isSocket()) throw new BrokerSocketError('SOCKET_PATH_TAKEN', `${path} is not a socket`);
  await unlink(path);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, failed) => {
    const refuse = (cause: Error) =>
      failed(new BrokerSocketError('SOCKET_LISTEN_FAILED', `cannot listen on ${path}`, { cause }));
    server.once('error', refuse);
    server.listen(path, () => {
      server.off('error', refuse);
      done();
    });
  });
}

/** A client that takes us for a proxy and asks for a tunnel reads the reason instead of a closed connection. */
function refuseTunnel(socket: Duplex): void {
  const body = anthropicError(403, ONLY_MODEL_API);
  const length = Buffer.byteLength(body);
  socket.on('error', () => socket.destroy()); // it left before it read the answer
  socket.end(
    `HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(), // one that keeps its end open must not keep ours
  );
}
