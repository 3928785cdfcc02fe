/**
 * Which headers pass the broker, as pure functions. Invariants: nothing the container sent as a credential goes
 * on, exactly one real credential is put in, and flags that belong to the other kind of credential are dropped.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from './types.ts';

/** The beta flag that Anthropic asks for with OAuth tokens; Claude Code sends it with them and not with keys. */
const OAUTH_FLAG = 'oauth-2025-04-20';

/** RFC 9110 §7.6.1 and its older kin: they speak of one connection, not of the request. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Set anew by us (or, `expect`, already answered by our server), or of no use to an API. */
const REPLACED = new Set([
  'host',
  'authorization',
  'x-api-key',
  'anthropic-beta',
  'accept-encoding',
  'expect',
  'cookie',
]);

/** With these some servers take a request for another than it is. */
const OVERRIDES = new Set([...REPLACED, ...['x-http-method-override', 'x-http-method', 'x-method-override']]);

/** Set by upstream's edge for browsers. */
const NOT_RETURNED = new Set(['set-cookie']);

/** Whether the container presented its placeholder, in either of the two headers; compared in constant time. */
export function presentsPlaceholder(headers: IncomingHttpHeaders, placeholder: string): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  const matchesBearer = sameSecret(bearer ?? '', placeholder);
  const matchesKey = sameSecret(typeof key === 'string' ? key : '', placeholder);
  return matchesBearer || matchesKey;
}

/** Headers of the request that goes upstream. Asks for identity encoding, so that tokens can be read in passing. */
export function toUpstreamHeaders(
  headers: IncomingHttpHeaders,
  credential: Credential,
): Record<string, string | string[]> {
  const passed = passOn(headers, REPLACED);
  passed['accept-encoding'] = 'identity';
  const flags = fitFlags(headers['anthropic-beta'], credential.kind);
  if (flags !== '') passed['anthropic-beta'] = flags;
  if (credential.kind === 'oauth') passed.authorization = `Bearer ${credential.value}`;
  else passed['x-api-key'] = credential.value;
  return passed;
}

/** The same for the Threads API, whose token travels in the query. */
export function toThreadsHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return { ...passOn(headers, OVERRIDES), 'accept-encoding': 'identity' };
}

/** Headers of the answer that goes back to the container. */
export function toClientHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return passOn(headers, NOT_RETURNED);
}

/** Without what speaks of one connection, and without `dropped`. */
export function passOn(headers: IncomingHttpHeaders, dropped: ReadonlySet<string>) {
  const named = listed(headers.connection);
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || dropped.has(name) || named.includes(name)) continue;
    passed[name] = value;
  }
  return passed;
}

function fitFlags(present: string | string[] | undefined, kind: Credential['kind']): string {
  const others = listed(present).filter((flag) => flag !== OAUTH_FLAG);
  return (kind === 'oauth' ? [...others, OAUTH_FLAG] : others).join(',');
}

function listed(value: string | string[] | undefined): string[] {
  return [value ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}

/** Digests have one length, so the comparison tells nothing about the length of the secret either. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
