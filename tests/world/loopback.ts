/**
 * An HTTP server on loopback that a stand-in lives in. It can be made to refuse connections and to come back on
 * the same port, as a service does that is down for a while.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Loopback {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Connections are refused, open ones are reset. Twice is fine. */
  refuse(): Promise<void>;
  /** Listens again on the same port. Twice is fine. */
  accept(): Promise<void>;
}

/** @param port 0 takes a free one */
export async function listenOnLoopback(
  port: number,
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<Loopback> {
  const server = createServer(handle);
  const listen = (on: number) =>
    new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(on, '127.0.0.1', () => {
        server.off('error', failed);
        done();
      });
    });
  await listen(port);
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    async refuse() {
      if (!server.listening) return;
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
    async accept() {
      if (!server.listening) await listen(taken);
    },
  };
}
