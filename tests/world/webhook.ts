/**
 * A stand-in for Discord's webhooks on loopback: executes and edits within Discord's limits, keeps what it
 * accepted in order, and misbehaves on command. Any id and token make a webhook of their own.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readBody } from '../../src/offline-model/body.ts';
import { FaultLine, takeFaults } from './fault-line.ts';
import { listenOnLoopback } from './loopback.ts';
import type { StandIn } from './stand-in.ts';
import { WEBHOOK_FAULT_EXAMPLES, type WebhookFault, webhookFaultSchema } from './webhook-fault.ts';
import { checkWebhookMessage } from './webhook-limits.ts';
import { type Delivery, WebhookStore } from './webhook-store.ts';

export type WebhookOptions = {
  /** 0 or none: a free one. */
  port?: number;
  clock?: Pick<Clock, 'now'>;
};

export interface Webhook extends StandIn {
  /** A complete webhook address, ready for a setting. */
  readonly webhookUrl: string;
  /** Accepted messages and edits, in the order they came. */
  readonly deliveries: readonly Delivery[];
  /** Every request with its answer's status, also refused ones; 0 while none was sent. */
  readonly attempts: readonly { method: string; status: number }[];
}

export async function startWebhook(options: WebhookOptions = {}): Promise<Webhook> {
  const store = new WebhookStore((options.clock ?? systemClock).now);
  const faults = new FaultLine<WebhookFault>();
  const attempts: { method: string; status: number }[] = [];
  const server = await listenOnLoopback(options.port ?? 0, (req, res) => {
    const attempt = { method: req.method ?? '', status: 0 };
    attempts.push(attempt);
    res.once('finish', () => {
      attempt.status = res.statusCode;
    });
    receive(req, res, { store, fault: faults.take() }).catch(() => res.destroy()); // the client broke off
  });
  return {
    url: server.url,
    webhookUrl: `${server.url}/api/webhooks/1/test-world`,
    deliveries: store.deliveries,
    attempts,
    faults: WEBHOOK_FAULT_EXAMPLES,
    received: () => store.deliveries,
    misbehave: takeFaults(webhookFaultSchema, faults, server),
    stop: () => server.refuse(),
  };
}

type Receiving = { store: WebhookStore; fault: WebhookFault | null };

async function receive(
  req: IncomingMessage,
  res: ServerResponse,
  { store, fault }: Receiving,
): Promise<void> {
  const target = targetOf(req);
  const body = await readBody(req);
  if (target === null) return reply(res, 404, { message: '404: Not Found', code: 0 });
  if (fault !== null && fault.kind !== 'hang') return fail(res, fault);
  if (fault?.kind === 'hang' && !fault.taken) return;
  const checked = checkWebhookMessage(body, target.messageId === null ? 'message' : 'edit');
  if (!checked.ok) return reply(res, 400, checked.error);
  const message =
    target.messageId === null
      ? store.create(target.webhookId, checked.message)
      : store.edit(target.webhookId, target.messageId, checked.message);
  if (fault !== null) return;
  if (message === null) return reply(res, 404, { message: 'Unknown Message', code: 10008 });
  if (target.messageId === null && !target.wait) return void res.writeHead(204).end();
  return reply(res, 200, message);
}

type Target = { webhookId: string; messageId: string | null; wait: boolean };

/** `POST …/webhooks/:id/:token` or `PATCH …/messages/:id` below it, with or without an API version. */
function targetOf(req: IncomingMessage): Target | null {
  const url = new URL(req.url ?? '/', 'http://loopback');
  const path = /^\/api(?:\/v\d+)?\/webhooks\/(\d+)\/[\w-]+(?:\/messages\/(\d+))?$/.exec(url.pathname);
  const [, webhookId, messageId] = path ?? [];
  if (webhookId === undefined) return null;
  if (req.method !== (messageId === undefined ? 'POST' : 'PATCH')) return null;
  return { webhookId, messageId: messageId ?? null, wait: url.searchParams.get('wait') === 'true' };
}

function fail(res: ServerResponse, fault: Exclude<WebhookFault, { kind: 'hang' }>): void {
  switch (fault.kind) {
    case 'rate_limit': {
      const seconds = fault.retryAfterSeconds;
      const body = { message: 'You are being rate limited.', retry_after: seconds, global: false };
      return reply(res, 429, body, { 'retry-after': String(Math.ceil(seconds)) });
    }
    case 'status':
      return reply(res, fault.status, { message: `${fault.status}: told to answer so`, code: 0 });
    case 'unknown_webhook':
      return reply(res, 404, { message: 'Unknown Webhook', code: 10015 });
    case 'none':
    case 'refuse':
      return; // never in line: these act on the server itself
  }
}

function reply(
  res: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify(body));
}
