/** One plain HTTP request over a connection that is already made, and its answer back, both streamed. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { passOn } from '../headers.ts';
import type { EgressExchange } from './exchange.ts';
import { EgressRefused } from './refusal.ts';
import type { PlainTarget } from './target.ts';

export type PlainPassage = {
  req: IncomingMessage;
  res: ServerResponse;
  upstream: Socket;
  target: PlainTarget;
  exchange: EgressExchange;
};

/** `Host` is made anew from the address that was judged. */
const REPLACED = new Set(['host', 'expect']);
const NONE = new Set<string>();

export function passPlain({ req, res, upstream, target, exchange }: PlainPassage): void {
  const sent = request({
    // Counts only while no `agent` is named: with one, node would look for the host of its own default.
    createConnection: () => upstream,
    method: req.method ?? 'GET',
    path: target.path,
    headers: {
      ...passOn(req.headers, REPLACED),
      ...framing(req),
      host: target.authority,
      connection: 'close',
    },
  });
  const cut = () => {
    upstream.destroy();
    res.destroy();
  };
  exchange.watch({ client: req, upstream, cut });
  sent.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, passOn(answer.headers, NONE));
    res.flushHeaders();
    answer.on('error', cut).pipe(res);
  });
  sent.on('error', (cause) => failPlain(res, exchange, cause));
  res.once('close', () => {
    exchange.close(res.writableFinished ? 'answered' : 'client_gone');
    upstream.destroy();
  });
  req.on('error', cut).pipe(sent);
}

/** A body of unknown length needs it said for methods that usually have none. */
function framing({ headers }: IncomingMessage): Record<string, string> {
  return headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
}

function failPlain(res: ServerResponse, exchange: EgressExchange, cause: Error): void {
  if (res.headersSent || res.destroyed) return void res.destroy();
  const message = 'The host broke the connection off, or did not answer in HTTP.';
  const refusal = new EgressRefused('unreachable', message, { cause });
  exchange.refuse(refusal);
  res.writeHead(refusal.status, { 'content-type': 'text/plain', connection: 'close' }).end(`${message}\n`);
}
