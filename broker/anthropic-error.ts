/** Anthropic's error body, so that its clients read our refusals as they read Anthropic's own. */
import type { ServerResponse } from 'node:http';

/** Status → `error.type`, as listed in Anthropic's API reference; anything else is an `api_error`. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function anthropicError(status: number, message: string): string {
  return JSON.stringify({ type: 'error', error: { type: TYPES[status] ?? 'api_error', message } });
}

/**
 * Answers with an error; when an answer is already on its way, breaks it off instead, since its status can no
 * longer be changed. Extra headers are for `retry-after` and the like.
 */
export function sendAnthropicError(
  res: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  if (res.destroyed || res.writableEnded) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = anthropicError(status, message);
  const length = String(Buffer.byteLength(body));
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  res.end(body);
}
