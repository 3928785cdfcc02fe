/** One message to a webhook, or an edit of one, and what the answer means for the one who sends. */
import { type Exchanged, exchange, retryAfterOf, troubleOf } from './exchange.ts';

export type PostResult =
  | { kind: 'delivered'; messageId: string | null }
  /** Not taken, or it is not known whether; worth another try. `unclear`: it may have arrived. */
  | { kind: 'retry'; afterMs: number | null; unclear: boolean; reason: string }
  /** No repetition will help: wrong address, or refused for good. */
  | { kind: 'refused'; reason: string };

export type Webhook = {
  /** Sends a new message; with `wait` the platform answers with the message and its id. */
  post(address: string, message: object, wait: boolean): Promise<PostResult>;
  /** Replaces parts of a message this webhook has sent. */
  edit(address: string, messageId: string, change: object): Promise<PostResult>;
};

/** Platforms answer within a second or two; far longer is a dead connection. */
export const WEBHOOK_TIMEOUT_MS = 15_000;

/** Neither function rejects, and no reason contains the address: it is a secret. */
export function createWebhook(timeoutMs = WEBHOOK_TIMEOUT_MS): Webhook {
  const send = async (method: 'POST' | 'PATCH', url: URL, body: object): Promise<PostResult> => {
    try {
      return judge(await exchange({ method, url, body, signal: AbortSignal.timeout(timeoutMs) }));
    } catch (error) {
      return { kind: 'retry', afterMs: null, ...troubleOf(error) };
    }
  };
  return {
    post: async (address, message, wait) => {
      const url = parseUrl(address);
      if (url === null) return NO_URL;
      if (wait) url.searchParams.set('wait', 'true');
      return send('POST', url, message);
    },
    edit: async (address, messageId, change) => {
      const url = parseUrl(address);
      if (url === null) return NO_URL;
      url.pathname = `${url.pathname.replace(/\/$/, '')}/messages/${messageId}`;
      return send('PATCH', url, change);
    },
  };
}

const NO_URL: PostResult = { kind: 'refused', reason: 'the webhook address is not a URL' };

function parseUrl(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}

/** A gateway in between gave up waiting: what lies behind it may have taken the message. */
const UNCLEAR_STATUS = new Set([502, 504]);

export function judge(answer: Exchanged): PostResult {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered', messageId: messageIdOf(body) };
  const reason = `HTTP ${status}`;
  if (status === 429) return { kind: 'retry', afterMs: retryAfterOf(answer), unclear: false, reason };
  if (status >= 500 || status === 408) {
    return { kind: 'retry', afterMs: retryAfterOf(answer), unclear: UNCLEAR_STATUS.has(status), reason };
  }
  return { kind: 'refused', reason };
}

function messageIdOf(body: string): string | null {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    return typeof id === 'string' && /^\d{1,25}$/.test(id) ? id : null;
  } catch {
    return null; // delivered all the same; without an id it cannot be edited later
  }
}
