/**
 * The way of an agent's processes to the internet: an HTTP proxy on the broker's socket. Tunnels (`CONNECT`) and
 * plain requests pass when the group's policy lets them; everything is streamed. Nothing of the host but the
 * connection itself is given to them: no credential, no resolver, no address that was not judged.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { dial } from './dial.ts';
import { asRefusal, EgressExchange } from './exchange.ts';
import { Meter } from './meter.ts';
import { passPlain } from './plain.ts';
import type { EgressRefused } from './refusal.ts';
import { plainTarget, type Target, tunnelTarget } from './target.ts';
import { joinTunnel, refuseTunnel } from './tunnel.ts';
import type { EgressOptions } from './types.ts';

export class EgressProxy {
  readonly #meter: Meter;
  /** Tunnels, also those that are being made: the server they came from no longer knows them. */
  readonly #clients = new Set<Duplex>();

  constructor(readonly options: EgressOptions) {
    this.#meter = new Meter(options);
  }

  /** `CONNECT`. Never rejects: whatever goes wrong is answered and recorded. */
  async tunnel(req: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => client.destroy()); // it left; `close` follows
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    const exchange = new EgressExchange(this.options, this.#meter, 'CONNECT');
    try {
      const target = tunnelTarget(req.url ?? '');
      const upstream = await this.#connect(target, client, exchange);
      joinTunnel({ client, upstream, head, exchange });
    } catch (error) {
      this.#fail(exchange, client, asRefusal(error), (refusal) => refuseTunnel(client, refusal));
    }
  }

  /** `GET http://…`. Never rejects. */
  async plain(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const exchange = new EgressExchange(this.options, this.#meter, req.method ?? '');
    try {
      const target = plainTarget(req.url ?? '');
      const upstream = await this.#connect(target, res, exchange);
      passPlain({ req, res, upstream, target, exchange });
    } catch (error) {
      this.#fail(exchange, res, asRefusal(error), (refusal) => {
        res.writeHead(refusal.status, refusalHeaders(refusal)).end(`${refusal.message}\n`);
      });
    }
  }

  /** Cuts the tunnels. May be called twice. */
  stop(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** @throws EgressRefused, or whatever else went wrong; nothing stays open then */
  async #connect(target: Target, client: Duplex | ServerResponse, exchange: EgressExchange): Promise<Socket> {
    exchange.admit(target);
    const signal = signalOf(client);
    const { socket, address } = await dial(target, this.options, signal);
    if (signal.aborted) {
      socket.destroy();
      throw signal.reason;
    }
    exchange.connected(address);
    return socket;
  }

  #fail(
    exchange: EgressExchange,
    client: Duplex | ServerResponse,
    refusal: EgressRefused,
    answer: (refusal: EgressRefused) => void,
  ): void {
    if (client.destroyed) return exchange.close('client_gone');
    exchange.refuse(refusal);
    answer(refusal);
  }
}

/** Ends the waiting for a connection when the container leaves. */
function signalOf(client: Duplex | ServerResponse): AbortSignal {
  const gone = new AbortController();
  client.once('close', () => gone.abort());
  return gone.signal;
}

function refusalHeaders({ code }: EgressRefused): Record<string, string> {
  return { 'content-type': 'text/plain; charset=utf-8', 'x-nanoclaw-refused': code, connection: 'close' };
}
