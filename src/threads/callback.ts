/** Waits for the browser at `https://localhost:3000/callback`, on loopback only, with a certificate made for it. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

const PORT = 3000;

export type CallbackOptions = {
  /** Folder with `key.pem` and `cert.pem`. */
  certificate: string;
  /** What the browser then shows. */
  thanks: string;
  /** Whether an address is the answer that is waited for: any page a browser shows may send it here. */
  accepts(address: string): boolean;
  port?: number;
};

export type Callback = {
  /** The whole address that the browser came with. */
  address: Promise<string>;
  stop(): Promise<void>;
};

/** @throws the error of listening (`EADDRINUSE` …) or of reading the certificate */
export async function listenForCallback({
  certificate,
  thanks,
  accepts,
  port = PORT,
}: CallbackOptions): Promise<Callback> {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(certificate, name)));
  let arrived: (address: string) => void;
  const address = new Promise<string>((done) => {
    arrived = done;
  });
  const server = createServer({ key, cert }, (req, res) => {
    const address = `https://localhost:${port}${req.url}`;
    const isCallback = req.url?.startsWith('/callback?') === true && accepts(address);
    res.writeHead(isCallback ? 200 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
    });
    res.end(isCallback ? thanks : '');
    if (isCallback) arrived(address);
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
    });
  return { address, stop };
}
