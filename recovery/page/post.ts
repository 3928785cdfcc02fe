/** One POST of JSON to a webhook, and what its answer means for the one who sends. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type PostResult =
  | { kind: 'delivered'; messageId: string | null }
  /** Not taken, or it is not known whether; worth another try. `unclear`: it may have arrived. */
  | { kind: 'retry'; afterMs: number | null; unclear: boolean; reason: string }
  /** No repetition will help: wrong address, or refused for good. */
  | { kind: 'refused'; reason: string };

export type PostMessage = (url: string, message: object) => Promise<PostResult>;

/** Discord answers within a second or two; far longer is a dead connection. */
const TIMEOUT_MS = 15_000;
const ANSWER_LIMIT = 64 * 1024;

/** Never rejects, and no reason it gives contains the address: it is a secret. */
export const postWebhook: PostMessage = async (address, message) => {
  const url = parseUrl(address);
  if (url === null) return { kind: 'refused', reason: 'the webhook address is not a URL' };
  url.searchParams.set('wait', 'true');
  try {
    const { status, retryAfter, body } = await exchange(url, JSON.stringify(message));
    return judge(status, retryAfter, body);
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const never = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
    return { kind: 'retry', afterMs: null, unclear: !never, reason: code ?? name };
  }
};

function parseUrl(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}

type Exchanged = { status: number; retryAfter: string | undefined; body: string };

function exchange(url: URL, text: string): Promise<Exchanged> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const req = send(url, { method: 'POST', headers, agent: false, signal }, (res) => {
      readBody(res).then((body) => {
        resolve({ status: res.statusCode ?? 0, retryAfter: res.headers['retry-after'], body });
      }, reject);
    });
    req.on('error', reject);
    req.end(text);
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

export function judge(status: number, retryAfter: string | undefined, body: string): PostResult {
  if (status >= 200 && status < 300) return { kind: 'delivered', messageId: messageIdOf(body) };
  const reason = `HTTP ${status}`;
  if (status === 429) {
    const seconds = Number(retryAfter);
    const afterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
    return { kind: 'retry', afterMs, unclear: false, reason };
  }
  if (status >= 500 || status === 408) return { kind: 'retry', afterMs: null, unclear: false, reason };
  return { kind: 'refused', reason };
}

function messageIdOf(body: string): string | null {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null; // delivered all the same; without an id it cannot be edited later
  }
}
