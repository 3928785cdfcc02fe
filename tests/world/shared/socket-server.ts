/**
 * WebSockets of a stand-in, on a port of their own. A socket can be made half-open: what we send is dropped, what
 * the client sends is not read (no pong, no answer to a close), and no FIN is ever sent.
 */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** RFC 6455: the connection ended without a close frame. */
const GONE = 1006;

export interface Socket {
  readonly id: number;
  /** The path and query the client asked for. */
  readonly path: string;
  /** Open, and not made half-open. */
  readonly usable: boolean;
  send(json: object): void;
  ping(): void;
  close(code: number, reason?: string): void;
  /** Ends the TCP connection without a close frame. */
  drop(): void;
  halfOpen(): void;
  /** We give it up; the client is not told, as when nothing passes any more. Twice is fine. */
  forget(): void;
}

export type SocketHandler = {
  message: (json: string) => void;
  pong: () => void;
  closed: (code: number) => void;
};

export type SocketServer = Awaited<ReturnType<typeof serveSockets>>;
/** Where its clients find a stand-in's sockets. */
export type SocketDoor = Pick<SocketServer, 'port' | 'announceAt'>;

/** @param opened called for each new socket; says what to do with what arrives on it */
export async function serveSockets(port: number, opened: (socket: Socket) => SocketHandler) {
  const sockets = new Set<Socket>();
  let ids = 0;
  const take = (ws: WebSocket, req: IncomingMessage) => {
    ids += 1;
    const gone = (code: number) => {
      if (sockets.delete(socket)) handler.closed(code);
    };
    const socket = wrap(ids, ws, req.url ?? '/', () => gone(GONE));
    sockets.add(socket);
    ws.on('error', () => ws.terminate()); // a broken frame or a reset: `close` follows and is what counts
    const handler = opened(socket);
    ws.on('message', (data) => handler.message(data.toString()));
    ws.on('pong', () => handler.pong());
    ws.on('close', gone);
  };
  let server: WebSocketServer | null = await listen(port, take);
  const taken = (server.address() as AddressInfo).port;
  let host = '127.0.0.1';
  return {
    port: taken,
    /** Where clients are sent. */
    get url() {
      return `ws://${host}:${taken}`;
    },
    /** Clients are sent to this host from now on; whoever says so leads them here. */
    announceAt(name: string): void {
      host = name;
    },
    /** Open sockets, oldest first, the half-open ones too. */
    sockets: () => [...sockets],
    /** Every socket is dropped, new ones are refused. Twice is fine. */
    async refuse(): Promise<void> {
      const closing = server;
      server = null;
      for (const ws of closing?.clients ?? []) ws.terminate();
      if (closing !== null) await new Promise<void>((done) => closing.close(() => done()));
    },
    /** Listens again on the same port. Twice is fine. */
    async accept(): Promise<void> {
      server ??= await listen(taken, take);
    },
  };
}

function listen(port: number, take: (ws: WebSocket, req: IncomingMessage) => void): Promise<WebSocketServer> {
  return new Promise((done, failed) => {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    server.on('connection', take);
    server.once('error', failed);
    server.once('listening', () => done(server));
  });
}

function wrap(id: number, ws: WebSocket, path: string, forget: () => void): Socket {
  let halfOpen = false;
  const usable = () => !halfOpen && ws.readyState === ws.OPEN;
  return {
    id,
    path,
    get usable() {
      return usable();
    },
    send: (json) => usable() && ws.send(JSON.stringify(json)),
    ping: () => usable() && ws.ping(),
    close: (code, reason) => usable() && ws.close(code, reason),
    drop: () => ws.terminate(),
    halfOpen() {
      halfOpen = true;
      ws.pause();
    },
    forget() {
      halfOpen = true;
      forget();
    },
  };
}
