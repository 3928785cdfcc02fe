/** The two ends of a `CONNECT`: joined byte for byte in both directions, or told why not. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressExchange } from './exchange.ts';
import type { EgressRefused } from './refusal.ts';

/** Time to read the last bytes, milliseconds. A client that keeps its end open must not keep ours. */
const LAST_BYTES_MS = 10_000;

export type Tunnel = {
  client: Duplex;
  upstream: Socket;
  /** What the client sent right behind its request. */
  head: Buffer;
  exchange: EgressExchange;
};

export function joinTunnel({ client, upstream, head, exchange }: Tunnel): void {
  const cut = () => {
    client.destroy();
    upstream.destroy();
  };
  upstream.once('close', () => {
    exchange.close('answered');
    endSoon(client);
  });
  client.once('close', () => upstream.destroy());
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) client.unshift(head);
  exchange.watch({ client, upstream, cut });
  client.pipe(upstream);
  upstream.pipe(client);
}

/** The reason stands in the status line too: most clients show that and nothing else of a refused tunnel. */
export function refuseTunnel(client: Duplex, { status, code, message }: EgressRefused): void {
  const body = `${message}\n`;
  const head = [
    `HTTP/1.1 ${status} ${message.replace(/[^\x20-\x7e]/g, '?')}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-nanoclaw-refused: ${code}`,
    'connection: close',
  ];
  endSoon(client, `${head.join('\r\n')}\r\n\r\n${body}`);
}

function endSoon(client: Duplex, last = ''): void {
  const late = setTimeout(() => client.destroy(), LAST_BYTES_MS);
  client.once('close', () => clearTimeout(late));
  client.end(last, () => client.destroy());
}
