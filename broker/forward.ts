/**
 * Forwards one request to an HTTP upstream and its answer back, both streamed with backpressure and unbuffered.
 * Invariant: the container's connection is never broken by a failure before the answer began; it gets an error.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { BODY_LIMIT, BoundedBody } from './bounded-body.ts';
import { Conceal, type Concealed, concealHeaders } from './conceal.ts';
import { toClientHeaders } from './headers.ts';
import type { AnswerHead } from './types.ts';
import type { Upstreams } from './upstream.ts';

export type Forward = {
  req: IncomingMessage;
  res: ServerResponse;
  baseUrl: string;
  /** Path and query below the base address. */
  target: string;
  /** With the real credential in them, if that is where it belongs. */
  headers: Record<string, string | string[]>;
  /** Taken out of the answer. */
  conceal?: Concealed;
  onAnswer?(head: AnswerHead): void;
  upstreams: Upstreams;
  /** Ends the upstream request when the container leaves. */
  signal: AbortSignal;
  /** Called with the length of each chunk of the request's body that passed. */
  onBytesIn(count: number): void;
  /** The upstream broke off in the middle of its answer, which breaks the container's off too. */
  onCut(): void;
};

/** @throws what `Upstreams.ask` throws, or `BodyTooLargeError`; the caller answers for them. */
export async function forward(exchange: Forward): Promise<void> {
  const { req, res, target, headers, conceal, upstreams, signal } = exchange;
  const base = new URL(exchange.baseUrl);
  // Piped, not handed over: what was not sent is destroyed, which must not take our connection with it.
  const body = hasBody(req) ? req.pipe(new BoundedBody(BODY_LIMIT, exchange.onBytesIn)) : null;
  const path = base.pathname.replace(/\/$/, '') + target;
  const answer = await upstreams.ask({ base, path, method: req.method ?? 'GET', headers, body, signal });
  exchange.onAnswer?.(headOf(answer));
  const passed = toClientHeaders(answer.headers);
  res.writeHead(answer.statusCode ?? 502, conceal ? concealHeaders(passed, conceal) : passed);
  res.flushHeaders();
  answer.once('error', () => {
    if (!signal.aborted) exchange.onCut();
  });
  await (conceal ? pipeline(answer, new Conceal(conceal), res) : pipeline(answer, res));
}

function headOf({ statusCode = 502, headers }: IncomingMessage): AnswerHead {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return { status: statusCode, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null };
}

function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}
