/**
 * Anthropic's OAuth token endpoint: renewing a login and trading a code for one. Always JSON, never a form, never
 * another host. The outcome says what the answer means; no secret is in it but the login itself.
 */
import * as z from 'zod';
import type { Grant } from './credentials-file.ts';

/** Claude Code's public client id. */
export const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';
/** What a renewed login may do; the same words at every renewal. */
const REFRESH_SCOPE = 'user:inference user:mcp_servers user:profile user:sessions:claude_code';

/** The endpoint answers within a second; one that takes longer than this is in trouble. */
export const TOKEN_DEADLINE_MS = 10_000;

export type TokenAnswer =
  | { kind: 'granted'; grant: Grant }
  /** The refresh token (or the code) is worth nothing any more: `invalid_grant`. */
  | { kind: 'refused' }
  /** An answer that grants nothing now: 403, 429, 5xx, or one that can't be read. */
  | { kind: 'failed'; reason: string; retryAfterMs: number | null }
  /** No answer: it may or may not have been carried out. */
  | { kind: 'lost'; reason: string };

export type OauthApiOptions = {
  /** Address of the token endpoint. */
  url: string;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  deadlineMs?: number;
};

export type CodeExchange = { code: string; state: string; code_verifier: string; redirect_uri: string };

export class OauthApi {
  constructor(readonly options: OauthApiOptions) {}

  /** Bounded, but not to be broken off: its answer may be the only copy of the login. */
  refresh(refreshToken: string): Promise<TokenAnswer> {
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return this.#ask({ ...body, client_id: CLIENT_ID, scope: REFRESH_SCOPE }, refreshToken);
  }

  /** @param request what RFC 7636 asks for; `state` is what Anthropic wants beside it */
  exchange(request: CodeExchange): Promise<TokenAnswer> {
    return this.#ask({ grant_type: 'authorization_code', client_id: CLIENT_ID, ...request }, null);
  }

  async #ask(body: object, oldRefreshToken: string | null): Promise<TokenAnswer> {
    const { url, now, deadlineMs = TOKEN_DEADLINE_MS } = this.options;
    const askedAt = now();
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual', // the login must not be carried to another address
        signal: AbortSignal.timeout(deadlineMs),
      });
      return readAnswer(answer, await answer.text(), { askedAt, oldRefreshToken });
    } catch (error) {
      return { kind: 'lost', reason: lossOf(error) };
    }
  }
}

/** `…expires_in` in seconds, counted from the moment of asking, so that the token never lasts longer than it does. */
const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive(),
  refresh_token_expires_in: z.number().positive().nullish(),
  scope: z.string().nullish(),
});
/** RFC 6749 §5.2. */
const errorSchema = z.object({ error: z.string() });

function readAnswer(
  { status, headers }: Response,
  text: string,
  { askedAt, oldRefreshToken }: { askedAt: number; oldRefreshToken: string | null },
): TokenAnswer {
  const json = parseJson(text);
  if (status === 200) {
    const parsed = grantSchema.safeParse(json);
    // Carried out or not, nobody can tell: as good as no answer.
    if (!parsed.success)
      return { kind: 'lost', reason: 'the token endpoint sent an answer that is no login' };
    const { access_token, refresh_token, expires_in, refresh_token_expires_in: ends, scope } = parsed.data;
    const grant = {
      accessToken: access_token,
      refreshToken: refresh_token ?? oldRefreshToken,
      expiresAt: askedAt + expires_in * 1000,
      refreshEndsAt: ends ? askedAt + ends * 1000 : null,
      scopes: scope?.split(' ') ?? null,
      subscriptionType: null,
    };
    return { kind: 'granted', grant };
  }
  const error = errorSchema.safeParse(json);
  if (error.success && error.data.error === 'invalid_grant') return { kind: 'refused' };
  const wait = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(wait) && wait >= 0 ? wait * 1000 : null;
  return { kind: 'failed', reason: `the token endpoint answered HTTP ${status}`, retryAfterMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // an edge's HTML page: its status tells what is to be told
  }
}

/** By code and name only: a message could hold an address with a secret in it. */
function lossOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  if (typeof code === 'string') return `the token endpoint could not be reached (${code})`;
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate ? 'the token endpoint did not answer in time' : 'the connection to the token endpoint broke';
}
