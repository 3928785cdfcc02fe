/** The few things a Messages API is asked for, and how the plain ones are answered. */
import type { ServerResponse } from 'node:http';
import { BodyTooLargeError } from '../../broker/bounded-body.ts';
import { BadRequestError } from './body.ts';

/** What clients ask before they begin, and a body that satisfies them. */
const PROBES: Readonly<Record<string, object>> = {
  '/': { message: 'offline model' },
  '/api/hello': { message: 'hello' },
  '/v1/models': { data: [], has_more: false, first_id: null, last_id: null },
};

/** Which of the few things asked of a Messages API a request wants; null for all that is not there. */
export function endpointOf(method: string, path: string): 'messages' | 'count_tokens' | object | null {
  if (method === 'POST' && path === '/v1/messages') return 'messages';
  if (method === 'POST' && path === '/v1/messages/count_tokens') return 'count_tokens';
  return method === 'GET' || method === 'HEAD' ? (PROBES[path] ?? null) : null;
}

/** Status and message for what went wrong while a request was read or answered. */
export function explain(error: unknown): [status: number, message: string] {
  if (error instanceof BadRequestError) return [400, error.message];
  if (error instanceof BodyTooLargeError) return [413, error.message];
  return [500, 'The offline model failed.'];
}

export function sendJson(res: ServerResponse, value: object): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  res.end(JSON.stringify(value));
}
