/**
 * Requests to the Threads Graph API, as pure functions: the container's placeholder is looked for where clients put
 * the token, and the real one put in its place. Invariant: no call that would answer with a token, or change anything,
 * is let through.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { presentsPlaceholder, sameSecret } from './headers.ts';

/** Paths and fields whose answers hold tokens; agents never need them. */
const TELLS_TOKENS = /access_token|oauth|debug_token|client_secret/i;

/** Graph APIs take several calls in one, and another method than the request's own, by these fields. */
const HIDES_A_CALL = new Set(['batch', 'method']);

export const ONLY_THREADS_CONTENT =
  'Of the Threads API only its objects can be asked for: no token calls, no batches.';

/** What changes anything goes through the host's own tools, where a person's word is needed for it. */
export const ONLY_THREADS_READING =
  'The Threads API can only be read from here: draft and publish with the tools threads_draft and threads_publish.';

/** @param target path and query below the API's base address */
export function isThreadsContent(target: string): boolean {
  const url = parse(target);
  if (url === null) return false;
  const path = decode(url.pathname);
  // Without an object behind the version the API takes batches, which could hold anything.
  if (path === null || TELLS_TOKENS.test(path) || /^\/*(v\d+\.\d+)?\/*$/.test(path)) return false;
  const queries = [...url.searchParams].filter(([name]) => name !== 'access_token');
  return queries.every(([name, value]) => !HIDES_A_CALL.has(name) && !TELLS_TOKENS.test(`${name} ${value}`));
}

/** Whether the placeholder stands in the query or in the `Authorization` header. */
export function presentsThreadsPlaceholder(
  target: string,
  headers: IncomingHttpHeaders,
  placeholder: string,
): boolean {
  const inQuery = parse(target)?.searchParams.get('access_token') ?? '';
  return sameSecret(inQuery, placeholder) || presentsPlaceholder(headers, placeholder);
}

/** The target with the real token in it, the one way that the API documents. */
export function withToken(target: string, token: string): string {
  const url = new URL(`http://threads${target}`);
  url.searchParams.delete('access_token');
  url.searchParams.set('access_token', token);
  return `${url.pathname}${url.search}`;
}

function parse(target: string): URL | null {
  const address = `http://threads${target}`;
  return URL.canParse(address) ? new URL(address) : null;
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null; // a broken escape: nobody writes one by mistake
  }
}
