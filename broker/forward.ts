/**
 * Forwards one request to an HTTP upstream and its answer back, both streamed with backpressure and unbuffered.
 * Invariant: the container's connection is never broken by a failure before the answer began; it gets an error.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher } from 'undici';
import { BODY_LIMIT, BoundedBody } from './bounded-body.ts';
import { Conceal, type Concealed, concealHeaders } from './conceal.ts';
import { toClientHeaders } from './headers.ts';
import type { AnswerHead } from './types.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Claude Code gives a request ten minutes (`x-stainless-timeout: 600`); an answer without streaming uses them. */
const HEADERS_TIMEOUT_MS = 600_000;
/** Longest silence within an answer. The API pings far more often; a shorter limit is the client's business. */
const IDLE_TIMEOUT_MS = 600_000;
/** How long an unused connection is kept: spares follow-ups the TLS handshake, ends before usual edges do. */
const KEEP_ALIVE_MS = 60_000;

export function createUpstreamAgent(): Agent {
  return new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: IDLE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
}

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
  dispatcher: Dispatcher;
  /** Ends the upstream request when the container leaves. */
  signal: AbortSignal;
  /** Called with the length of each chunk of the request's body that passed. */
  onBytesIn(count: number): void;
  /** The upstream broke off in the middle of its answer, which breaks the container's off too. */
  onCut(): void;
};

/** @throws undici's errors, `BodyTooLargeError` or the signal's reason; the caller answers for them. */
export async function forward(exchange: Forward): Promise<void> {
  const { req, res, target, headers, conceal, dispatcher, signal } = exchange;
  const base = new URL(exchange.baseUrl);
  // Piped, not handed over: undici destroys a body it could not send, which would take our connection with it.
  const body = hasBody(req) ? req.pipe(new BoundedBody(BODY_LIMIT, exchange.onBytesIn)) : null;
  const answer = await dispatcher.request({
    origin: base.origin,
    path: base.pathname.replace(/\/$/, '') + target,
    method: (req.method ?? 'GET') as Dispatcher.HttpMethod,
    headers,
    body,
    signal,
  });
  exchange.onAnswer?.(headOf(answer));
  const passed = toClientHeaders(answer.headers);
  res.writeHead(answer.statusCode, conceal ? concealHeaders(passed, conceal) : passed);
  res.flushHeaders();
  answer.body.once('error', () => {
    if (!signal.aborted) exchange.onCut();
  });
  await (conceal ? pipeline(answer.body, new Conceal(conceal), res) : pipeline(answer.body, res));
}

function headOf({ statusCode, headers }: Dispatcher.ResponseData): AnswerHead {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return { status: statusCode, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null };
}

function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}
