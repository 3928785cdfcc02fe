/**
 * A stand-in for the Threads Graph API on loopback: short and long tokens, renewal, and the two calls a publication
 * takes. Its answers carry the token where the real ones do (paging links). Misbehaves on command at its token calls.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { FaultLine, takeFaults } from '../fault-line.ts';
import { listenOnLoopback } from '../loopback.ts';
import { readFields } from '../shared/body.ts';
import type { StandIn } from '../stand-in.ts';
import {
  serveToken,
  TOKEN_FAULT_EXAMPLES,
  type TokenAnswer,
  type TokenFault,
  tokenFaultSchema,
} from './fault.ts';

export type ThreadsOptions = { port?: number; clock?: Pick<Clock, 'now' | 'after'> };

export const WORLD_THREADS_APP = { id: '1234567890', secret: 'world-threads-secret' };
export const WORLD_THREADS_USER = 17_841_405;
const DAY_MS = 24 * 60 * 60_000;
const LONG_MS = 60 * DAY_MS;

type Held = { expiresAt: number; issuedAt: number; long: boolean };

/** The tokens and what was published with them. */
export class ThreadsStore {
  /** Ids of the containers that were published, and their texts. */
  readonly published: string[] = [];
  readonly texts: string[] = [];
  /** So many publications are carried out and answered with HTTP 502. */
  losePublishAnswers = 0;
  #containers = new Map<string, string>();
  renewed = 0;
  #tokens = new Map<string, Held>();
  #codes = new Map<string, string>();

  constructor(readonly now: () => number) {}

  /** @param ageMs how long ago it was granted: one younger than a day is not renewed */
  issue(long: boolean, ageMs = 0): string {
    const token = `THAASI${randomUUID().replaceAll('-', '')}`;
    const issuedAt = this.now() - ageMs;
    this.#tokens.set(token, { issuedAt, long, expiresAt: issuedAt + (long ? LONG_MS : DAY_MS / 24) });
    return token;
  }

  /** What a person's browser does: gives consent, is sent to the redirect address. */
  consent(address: string): string {
    const query = new URL(address).searchParams;
    const redirect = query.get('redirect_uri') ?? '';
    const code = randomUUID();
    this.#codes.set(code, redirect);
    return `${redirect}?code=${code}&state=${query.get('state')}#_`;
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  held(token: string | null): Held | null {
    const held = this.#tokens.get(token ?? '');
    return held !== undefined && held.expiresAt > this.now() ? held : null;
  }

  renew(token: string | null): TokenAnswer {
    const held = this.held(token);
    if (!held?.long) return invalidToken();
    if (this.now() - held.issuedAt < DAY_MS) return invalidToken('too young');
    this.renewed += 1;
    return this.#tellLong();
  }

  /** A code for a short token. */
  trade(fields: Record<string, unknown>): TokenAnswer {
    const fits =
      fields.client_id === WORLD_THREADS_APP.id && fields.client_secret === WORLD_THREADS_APP.secret;
    const redirect = this.#codes.get(String(fields.code));
    this.#codes.delete(String(fields.code));
    if (!fits || redirect === undefined || redirect !== fields.redirect_uri) return invalidToken('bad code');
    return { status: 200, body: { access_token: this.issue(false), user_id: WORLD_THREADS_USER } };
  }

  /** A short token for a long one. */
  lengthen(token: string | null, secret: string | null): TokenAnswer {
    const isOurs = secret === WORLD_THREADS_APP.secret;
    return isOurs && this.held(token) ? this.#tellLong() : invalidToken();
  }

  /** The container of a post, which nobody sees yet. */
  contain(text: string): TokenAnswer {
    const id = String(1000 + this.#containers.size);
    this.#containers.set(id, text);
    return { status: 200, body: { id } };
  }

  publish(creation: string): TokenAnswer {
    this.published.push(creation);
    this.texts.push(this.#containers.get(creation) ?? '');
    if (this.losePublishAnswers === 0) return { status: 200, body: { id: `9${creation}` } };
    this.losePublishAnswers -= 1;
    return { status: 502, body: {} };
  }

  #tellLong(): TokenAnswer {
    const body = { access_token: this.issue(true), token_type: 'bearer', expires_in: LONG_MS / 1000 };
    return { status: 200, body };
  }
}

/** Graph's code for every trouble with a token. */
function invalidToken(why = 'expired'): TokenAnswer {
  const error = { message: `Invalid OAuth access token (${why})`, type: 'OAuthException', code: 190 };
  return { status: 400, body: { error } };
}

export interface Threads extends StandIn {
  readonly store: ThreadsStore;
}

export async function startThreads(options: ThreadsOptions = {}): Promise<Threads> {
  const clock = options.clock ?? systemClock;
  const store = new ThreadsStore(() => clock.now());
  const faults = new FaultLine<TokenFault>();
  const seen: { method: string; path: string }[] = [];
  const server = await listenOnLoopback(options.port ?? 0, async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://loopback');
    seen.push({ method: req.method ?? '', path: url.pathname });
    const { fields } = await readFields(req);
    const token = tokenIn(req, url);
    const fault = url.pathname.endsWith('access_token') ? faults.take() : null;
    const carryOut = () => answerTo(store, `${req.method} ${url.pathname}`, { url, fields, token });
    await serveToken({ req, res, fault, clock, carryOut, revoke: () => store.revoke(token ?? '') });
  });
  return {
    ...{ url: server.url, store, faults: TOKEN_FAULT_EXAMPLES, received: () => seen },
    misbehave: takeFaults(tokenFaultSchema, faults, server),
    stop: () => server.refuse(),
  };
}

type Asked = { url: URL; fields: Record<string, unknown>; token: string | null };

function answerTo(store: ThreadsStore, name: string, { url, fields, token }: Asked): TokenAnswer {
  switch (name.replace(/ \/v\d+\.\d+/, ' ')) {
    case 'GET /refresh_access_token':
      return store.renew(token);
    case 'POST /oauth/access_token':
      return store.trade(fields);
    case 'GET /access_token':
      return store.lengthen(token, url.searchParams.get('client_secret'));
  }
  if (store.held(token) === null) return invalidToken();
  if (name.startsWith('POST') && name.endsWith('/threads_publish'))
    return store.publish(url.searchParams.get('creation_id') ?? '');
  if (name.startsWith('POST') && name.endsWith('/threads'))
    return store.contain(url.searchParams.get('text') ?? '');
  const next = `https://graph.threads.net/v1.0/me/threads?access_token=${token}&after=x`;
  return { status: 200, body: { id: '42', username: 'world', paging: { next } } };
}

function tokenIn(req: IncomingMessage, url: URL): string | null {
  const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  return url.searchParams.get('access_token') ?? bearer ?? null;
}
