/** One HTTP exchange with a chat platform: JSON out, text back, within a deadline. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type Asking = {
  method: 'GET' | 'POST' | 'PATCH';
  url: URL;
  /** Sent as JSON; null for none. */
  body: unknown;
  headers?: Record<string, string>;
  /** Ends the exchange, also in the middle of an answer. */
  signal: AbortSignal;
};

export type Exchanged = { status: number; headers: IncomingHttpHeaders; body: string };

/** The platforms answer with a message or two. */
const ANSWER_LIMIT = 1024 * 1024;

/** @throws what the connection or the signal brings */
export function exchange({ method, url, body, headers = {}, signal }: Asking): Promise<Exchanged> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const text = body === null ? null : JSON.stringify(body);
  const about =
    text === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    // No pooled connection: one that has died in the meantime would make a first message's fate unclear.
    const req = send(url, { method, headers: { ...about, ...headers }, agent: false, signal }, (res) => {
      readBody(res).then((answer) => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: answer });
      }, reject);
    });
    req.on('error', reject);
    req.end(text ?? undefined);
  });
}

async function readBody(res: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of res.setEncoding('utf8')) {
    body += part;
    if (body.length > ANSWER_LIMIT) break;
  }
  return body;
}

/** `Retry-After` of an answer, milliseconds; null when it says nothing. Both platforms give seconds. */
export function retryAfterOf({ headers }: Exchanged): number | null {
  const text = headers['retry-after'];
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** What went wrong, never with the address: it may hold a secret. */
export function troubleOf(error: unknown): { reason: string; unclear: boolean } {
  const { code, name } = error as NodeJS.ErrnoException;
  const reason = name === 'TimeoutError' ? 'no answer in time' : (code ?? name);
  return { reason, unclear: !NEVER_SENT.has(code ?? '') };
}

/** No connection came about, so nothing can have been taken. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'CERT_HAS_EXPIRED',
]);
