/** Reading and answering JSON over HTTP with fixed limits. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A chat text of 100 000 characters fits, in any script. */
const BODY_LIMIT = 512 * 1024;

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(text);
}

export function sendError(res: ServerResponse, status: number, code: string, more: object = {}): void {
  sendJson(res, status, { code, ...more });
}

/** The body was no JSON, or too long. */
export class BadBodyError extends Error {
  readonly code = 'BAD_BODY';
}

/** @throws BadBodyError */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) throw new BadBodyError('the body is too long');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new BadBodyError('the body is not JSON', { cause: error });
  }
}
