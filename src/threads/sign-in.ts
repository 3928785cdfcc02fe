/** The Threads sign-in: the address to consent at, and from what the browser brings back to a token of 60 days. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeEnvValues } from './env-value.ts';
import type { ThreadsAnswer, ThreadsGraph } from './graph.ts';
import { fingerprint, loadThreads, saveThreads } from './state-file.ts';

/** To be entered in the Meta app's settings, letter by letter. */
export const REDIRECT_URI = 'https://localhost:3000/callback';
const AUTHORIZE_URL = 'https://threads.net/oauth/authorize';
const SCOPE = 'threads_basic,threads_content_publish';

export type ThreadsApp = { id: string; secret: string };
export type Consent = { address: string; state: string };

export function askConsent(app: Pick<ThreadsApp, 'id'>): Consent {
  const state = randomBytes(16).toString('base64url');
  const query = { client_id: app.id, redirect_uri: REDIRECT_URI, scope: SCOPE, response_type: 'code', state };
  return { address: `${AUTHORIZE_URL}?${new URLSearchParams(query)}`, state };
}

/** Whether the browser was sent to this address for this consent, given or refused. */
export function isAnswerTo(address: string, consent: Consent): boolean {
  return queryOf(address)?.get('state') === consent.state;
}

/** The code in the address that the browser was sent to; null when it is none of this consent. */
export function codeIn(address: string, consent: Consent): string | null {
  return isAnswerTo(address, consent) ? (queryOf(address)?.get('code') ?? null) : null;
}

function queryOf(address: string): URLSearchParams | null {
  const text = address.trim();
  return URL.canParse(text) ? new URL(text).searchParams : null;
}

export type SignInParts = {
  graph: Pick<ThreadsGraph, 'trade' | 'lengthen'>;
  app: ThreadsApp;
  statePath: string;
  envPath: string;
  now: number;
};

/**
 * Code → short token → long token, then into the state file and `.env`.
 * @throws the file system's error when the token can't be kept
 */
export async function signInThreads(code: string, parts: SignInParts): Promise<ThreadsAnswer> {
  const { graph, app, statePath, envPath, now } = parts;
  const short = await graph.trade(app, code, REDIRECT_URI);
  if (short.kind !== 'granted') return short;
  const long = await graph.lengthen(app.secret, short.accessToken);
  if (long.kind !== 'granted') return long;
  const { accessToken, expiresAt } = long;
  const before = loadThreads(statePath);
  const replaced = before === null ? [] : [...before.replaced, fingerprint(before.accessToken)];
  mkdirSync(dirname(statePath), { recursive: true });
  saveThreads(statePath, { accessToken, expiresAt, lastRefreshAt: now, replaced });
  const user = short.userId === null ? {} : { THREADS_USER_ID: short.userId };
  writeEnvValues(envPath, { THREADS_ACCESS_TOKEN: accessToken, ...user });
  return { ...long, userId: short.userId };
}
