/** The two ends of a `CONNECT`: joined byte for byte in both directions, or told why not. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressExchange } from './exchange.ts';
import type { EgressRefused } from './refusal.ts';

export type Tunnel = {
  client: Duplex;
  upstream: Socket;
  /** What the client sent right behind its request. */
  head: Buffer;
  exchange: EgressExchange;
  stop: AbortSignal;
};

export function joinTunnel({ client, upstream, head, exchange, stop }: Tunnel): void {
  const cut = () => {
    client.destroy();
    upstream.destroy();
  };
  stop.addEventListener('abort', cut, { once: true });
  upstream.once('close', () => {
    stop.removeEventListener('abort', cut);
    exchange.close('answered');
    client.end();
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
  client.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
