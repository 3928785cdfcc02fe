/** The little HTTP that our own endpoints need: JSON in, JSON out, both bounded. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request we can't serve; `status` and the message go back to the caller. */
export class HttpError extends Error {
  readonly code = 'HTTP';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws HttpError 413 when the body is over the limit, 400 when it is no JSON */
export async function readJson(req: IncomingMessage, limitBytes: number): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limitBytes) throw new HttpError(413, `the body is over ${limitBytes} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw Object.assign(new HttpError(400, 'the body is not JSON'), { cause });
  }
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(`${JSON.stringify(body)}\n`);
}
