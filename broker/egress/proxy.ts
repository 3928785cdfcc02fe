/**
 * The way of an agent's processes to the internet: an HTTP proxy on the broker's socket. Tunnels (`CONNECT`) and
 * plain requests pass when the group's policy lets them; everything is streamed. Nothing of the host but the
 * connection itself is given to them: no credential, no resolver, no address that was not judged.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { dial } from './dial.ts';
import { asRefusal, EgressExchange } from './exchange.ts';
import { Meter } from './meter.ts';
import { passPlain } from './plain.ts';
import { EgressRefused } from './refusal.ts';
import { plainTarget, tunnelTarget } from './target.ts';
import { joinTunnel, refuseTunnel } from './tunnel.ts';
import type { EgressOptions } from './types.ts';

export class EgressProxy {
  readonly #meter: Meter;
  readonly #stop = new AbortController();

  constructor(readonly options: EgressOptions) {
    this.#meter = new Meter(options);
  }

  /** `CONNECT`. Never rejects: whatever goes wrong is answered and recorded. */
  async tunnel(req: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => client.destroy()); // it left; `close` follows
    const exchange = new EgressExchange(this.options, this.#meter, 'CONNECT');
    try {
      const target = tunnelTarget(req.url ?? '');
      exchange.admit(target);
      const { socket, address } = await dial(target, this.options, this.#signalOf(client));
      exchange.connected(address);
      joinTunnel({ client, upstream: socket, head, exchange, stop: this.#stop.signal });
    } catch (error) {
      this.#fail(exchange, client, asRefusal(error), (refusal) => refuseTunnel(client, refusal));
    }
  }

  /** `GET http://…`. Never rejects. */
  async plain(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const exchange = new EgressExchange(this.options, this.#meter, req.method ?? '');
    try {
      const target = plainTarget(req.url ?? '');
      exchange.admit(target);
      const { socket, address } = await dial(target, this.options, this.#signalOf(res));
      exchange.connected(address);
      passPlain({ req, res, upstream: socket, target, exchange });
    } catch (error) {
      this.#fail(exchange, res, asRefusal(error), (refusal) => {
        res.writeHead(refusal.status, refusalHeaders(refusal)).end(`${refusal.message}\n`);
      });
    }
  }

  /** Cuts the tunnels; the server they came from no longer knows them. May be called twice. */
  stop(): void {
    this.#stop.abort();
  }

  #fail(
    exchange: EgressExchange,
    client: Duplex | ServerResponse,
    refusal: EgressRefused,
    answer: (refusal: EgressRefused) => void,
  ): void {
    if (client.destroyed) return exchange.close('client_gone');
    const told = this.#stop.signal.aborted ? STOPPING : refusal;
    exchange.refuse(told);
    answer(told);
  }

  /** Ends the waiting for a connection when the container leaves or we do. */
  #signalOf(client: Duplex | ServerResponse): AbortSignal {
    const gone = new AbortController();
    client.once('close', () => gone.abort());
    return AbortSignal.any([gone.signal, this.#stop.signal]);
  }
}

const STOPPING = new EgressRefused('stopping', 'The broker of this agent is stopping.');

function refusalHeaders({ code }: EgressRefused): Record<string, string> {
  return { 'content-type': 'text/plain; charset=utf-8', 'x-nanoclaw-refused': code, connection: 'close' };
}
