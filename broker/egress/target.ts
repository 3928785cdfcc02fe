/**
 * Whom a proxy request asks for, by its request line alone. Names are brought into one form (lower case, punycode,
 * no closing dot, numeric addresses of any spelling as plain ones), so that what is judged is what is connected to.
 */
import { EgressRefused } from './refusal.ts';

export type Target = {
  /** A name or an address; IPv6 without brackets. */
  host: string;
  port: number;
};

export type PlainTarget = Target & {
  /** Path and query, for the origin. */
  path: string;
  /** For the `Host` header. */
  authority: string;
};

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+):(\d{1,5})$/i;

/**
 * Of `CONNECT host:port`.
 * @throws EgressRefused
 */
export function tunnelTarget(authority: string): Target {
  const found = AUTHORITY.exec(authority);
  const port = Number(found?.[2]);
  if (!found || port < 1 || port > 65535) throw malformed('CONNECT needs host:port.');
  return { host: plainHost(`http://${found[1]}/`), port };
}

/**
 * Of `GET http://host:port/path`.
 * @throws EgressRefused
 */
export function plainTarget(url: string): PlainTarget {
  if (/^https:/i.test(url)) throw malformed('https goes through a tunnel: use CONNECT.');
  if (!/^http:\/\//i.test(url) || !URL.canParse(url)) throw malformed('Only http and https pass.');
  const { port, pathname, search, host } = new URL(url);
  return {
    host: plainHost(url),
    port: port === '' ? 80 : Number(port),
    path: `${pathname}${search}`,
    authority: host,
  };
}

/** Whether a request takes us for a proxy: its target is a whole address, not a path. */
export function isProxyRequest(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(target);
}

function plainHost(url: string): string {
  if (!URL.canParse(url)) throw malformed('That is no host.');
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host === '' || host.length > 253) throw malformed('That is no host.');
  return host;
}

function malformed(message: string): EgressRefused {
  return new EgressRefused('bad_request', message);
}
