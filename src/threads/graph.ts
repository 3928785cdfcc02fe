/**
 * The token calls of the Threads Graph API. The addresses hold secrets, as that API wants it, so no error of a
 * request is ever repeated; outcomes carry a status or a code.
 */
import * as z from 'zod';

const DEADLINE_MS = 15_000;

export type ThreadsAnswer =
  /** `expiresAt` in milliseconds since the epoch; null for a short token, which lasts an hour. */
  | { kind: 'granted'; accessToken: string; expiresAt: number | null; userId: string | null }
  /** The token, code or secret is not accepted. */
  | { kind: 'refused' }
  | { kind: 'failed'; reason: string };

export type GraphOptions = { baseUrl: string; now(): number; deadlineMs?: number };

export class ThreadsGraph {
  constructor(readonly options: GraphOptions) {}

  /** A long token for a fresh one; the old one must be a day old at least. Asking twice does no harm. */
  renew(accessToken: string): Promise<ThreadsAnswer> {
    return this.#ask('/refresh_access_token', { grant_type: 'th_refresh_token', access_token: accessToken });
  }

  /** The code of a sign-in for a short token. */
  trade(app: { id: string; secret: string }, code: string, redirectUri: string): Promise<ThreadsAnswer> {
    const body = new URLSearchParams({
      ...{ client_id: app.id, client_secret: app.secret, grant_type: 'authorization_code' },
      ...{ redirect_uri: redirectUri, code },
    });
    return this.#ask('/oauth/access_token', {}, { method: 'POST', body });
  }

  /** A short token for a long one. */
  lengthen(secret: string, accessToken: string): Promise<ThreadsAnswer> {
    const query = { grant_type: 'th_exchange_token', client_secret: secret, access_token: accessToken };
    return this.#ask('/access_token', query);
  }

  async #ask(path: string, query: Record<string, string>, request: RequestInit = {}): Promise<ThreadsAnswer> {
    const { baseUrl, now, deadlineMs = DEADLINE_MS } = this.options;
    const address = `${baseUrl.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}`;
    const askedAt = now();
    try {
      const signal = AbortSignal.timeout(deadlineMs);
      const answer = await fetch(address, { ...request, redirect: 'manual', signal });
      return readAnswer(answer.status, await answer.text(), askedAt);
    } catch (error) {
      return { kind: 'failed', reason: lossOf(error) };
    }
  }
}

/** `expires_in` in seconds. */
const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
});
/** Graph's code for a token that is expired, revoked or malformed. */
const INVALID_TOKEN = 190;
const errorSchema = z.object({ error: z.object({ code: z.number() }) });

function readAnswer(status: number, text: string, askedAt: number): ThreadsAnswer {
  const json = parseJson(text);
  const grant = grantSchema.safeParse(json);
  if (status === 200 && grant.success) {
    const { access_token: accessToken, expires_in: seconds } = grant.data;
    const expiresAt = seconds === undefined ? null : askedAt + seconds * 1000;
    // From the text: the number has more digits than JavaScript's can hold.
    const userId = /"user_id"\s*:\s*"?(\d+)/.exec(text)?.[1] ?? null;
    return { kind: 'granted', accessToken, expiresAt, userId };
  }
  const error = errorSchema.safeParse(json);
  if (error.success && error.data.error.code === INVALID_TOKEN) return { kind: 'refused' };
  return { kind: 'failed', reason: `the Threads API answered HTTP ${status}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // its status tells what is to be told
  }
}

function lossOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return `the Threads API could not be reached (${typeof code === 'string' ? code : 'no answer in time'})`;
}
