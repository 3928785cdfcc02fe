/**
 * One request of a container, from its first byte to its record: route → placeholder → upstream → answer.
 * Every refusal is an answer in Anthropic's error shape; nothing is asked of an upstream before the checks pass.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BUDGET_STATUS } from '../contracts/link.ts';
import { type Account, openAccount } from './account.ts';
import { sendAnthropicError } from './anthropic-error.ts';
import { BODY_LIMIT, BodyTooLargeError } from './bounded-body.ts';
import { type Destination, destinationOf, hostOf, type Passing, presentsItself } from './destination.ts';
import { describeFailure } from './failures.ts';
import { forward } from './forward.ts';
import { routeOf } from './route.ts';
import { ONLY_THREADS_READING } from './threads.ts';
import type { BrokerOptions } from './types.ts';
import type { Upstreams } from './upstream.ts';

type Exchange = { req: IncomingMessage; res: ServerResponse; account: Account; signal: AbortSignal };
type Context = { options: BrokerOptions; upstreams: Upstreams };

/** Answers one request. Never rejects: whatever goes wrong becomes an answer and a record. */
export async function serve(req: IncomingMessage, res: ServerResponse, context: Context): Promise<void> {
  const { options } = context;
  const monotonic = options.monotonic ?? (() => performance.now());
  const { group, turn, onRequest: onRecord } = options;
  const account = openAccount({ req, res, group, turn: turn?.() ?? null, monotonic, onRecord });
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const exchange = { req, res, account, signal: gone.signal };
  const route = routeOf(req.url ?? '');
  if (route.kind === 'refused') return refuse(exchange, 403, route.reason);
  if (!presentsItself(route, req.headers, options.placeholder.value)) {
    return refuse(exchange, 401, 'The placeholder credential of this container is missing or wrong.');
  }
  if (route.kind === 'threads' && req.method !== 'GET') return refuse(exchange, 403, ONLY_THREADS_READING);
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) {
    return refuse(exchange, 413, new BodyTooLargeError(BODY_LIMIT).message);
  }
  const spent = route.kind === 'model' ? (options.spent?.() ?? null) : null;
  if (spent !== null) return refuse(exchange, BUDGET_STATUS, spent);
  const destination = await chooseDestination(exchange, route, options);
  if (destination !== null && !gone.signal.aborted) await ask(exchange, context, destination, route.target);
}

/** Null when there is none, which has been answered with its reason. */
async function chooseDestination(
  exchange: Exchange,
  route: Passing,
  options: BrokerOptions,
): Promise<Destination | null> {
  try {
    return await destinationOf(route, exchange.req.headers, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'There is no sign-in at present.';
    fail(exchange, 503, reason);
    return null;
  }
}

async function ask(exchange: Exchange, context: Context, destination: Destination, target: string) {
  const { req, res, account, signal } = exchange;
  if (destination.kind === 'refused') return refuse(exchange, 403, destination.reason);
  account.upstream = nameOf(destination);
  try {
    switch (destination.kind) {
      case 'handler':
        return askHandler(exchange, destination, target);
      case 'http':
        return await forward({
          ...{ ...destination, req, res, signal, upstreams: context.upstreams },
          onBytesIn: (count) => {
            account.bytesIn += count;
          },
          onCut: () => {
            account.failure = 'upstream_failed';
          },
        });
    }
  } catch (error) {
    if (signal.aborted) return; // the container left: there is nobody to tell
    const failure = describeFailure(error, account.upstream);
    if (failure.status === 413) return refuse(exchange, failure.status, failure.message);
    if (destination.kind === 'http') destination.onFailure?.(failure.message);
    fail(exchange, failure.status, failure.message);
  }
}

function askHandler(
  { req, res, account }: Exchange,
  upstream: Extract<Destination, { kind: 'handler' }>,
  target: string,
): void {
  req.on('data', (chunk: Buffer) => {
    account.bytesIn += chunk.length;
  });
  req.url = target;
  upstream.handle(req, res);
}

function nameOf(upstream: Exclude<Destination, { kind: 'refused' }>): string {
  if (upstream.kind === 'handler') return upstream.label;
  return hostOf(upstream.baseUrl);
}

function refuse(exchange: Exchange, status: number, message: string): void {
  exchange.account.failure = 'refused';
  // An unread body would be read to its end to keep the connection; one that is too large is not worth it.
  sendAnthropicError(exchange.res, status, message, status === 413 ? { connection: 'close' } : {});
}

function fail(exchange: Exchange, status: number, message: string): void {
  exchange.account.failure = 'upstream_failed';
  sendAnthropicError(exchange.res, status, message);
}
