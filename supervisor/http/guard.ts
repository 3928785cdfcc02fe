/** Who may ask the status page's server what. Pure checks; the answers are data. */
import { createHash, timingSafeEqual } from 'node:crypto';

export type Access = { token: string; bind: string; port: number };
export type Asked = {
  method: string;
  path: string;
  host: string | undefined;
  origin: string | undefined;
  authorization: string | undefined;
};
export type Refusal = { status: 401 | 403; code: string };

/** Null when the request may go on. */
export function refuse(asked: Asked, access: Access): Refusal | null {
  const open = access.bind === '127.0.0.1' || access.bind === '::1';
  if (!hostIsOurs(asked.host, access)) return { status: 403, code: 'host_not_allowed' };
  const changes = asked.method !== 'GET' && asked.method !== 'HEAD';
  if (changes && asked.origin !== undefined && !originIsOurs(asked.origin, asked.host)) {
    return { status: 403, code: 'origin_not_allowed' };
  }
  // The page itself and its health are open everywhere: without the token the page shows only its sign-in.
  const harmless = asked.path === '/' || asked.path === '/healthz';
  const guarded = changes || asked.path.startsWith('/api/chat') || (!open && !harmless);
  if (guarded && !bearerFits(asked.authorization, access.token)) return { status: 401, code: 'token_needed' };
  return null;
}

/** Only names that a foreign DNS record cannot point at us: addresses and `localhost`. */
function hostIsOurs(host: string | undefined, access: Access): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || name === '127.0.0.1' || name === '::1' || name === access.bind) return true;
  // Bound to every address: any literal address may be the one that was asked.
  return (access.bind === '0.0.0.0' || access.bind === '::') && /^[\d.]+$|:/.test(name);
}

function originIsOurs(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function bearerFits(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
