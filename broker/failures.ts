/** What the container is told when an upstream could not answer: a status and one plain sentence. */

const NOT_USABLE = 'has an address or a request that cannot be used';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'was not found: its name does not resolve',
  EAI_AGAIN: 'was not found: name resolution is not available now',
  ENETUNREACH: 'is not reachable: there is no network',
  EHOSTUNREACH: 'is not reachable: there is no route to it',
  ETIMEDOUT: 'did not accept a connection in time',
  UPSTREAM_CONNECT_TIMEOUT: 'did not accept a connection in time',
  UPSTREAM_SILENT: 'accepted the request but did not begin to answer in time',
  ECONNRESET: 'broke the connection off before it answered',
  EPIPE: 'broke the connection off before it answered',
  ERR_INVALID_URL: NOT_USABLE,
  ERR_INVALID_PROTOCOL: NOT_USABLE,
  ERR_INVALID_CHAR: NOT_USABLE,
  ERR_UNESCAPED_CHARACTERS: NOT_USABLE,
};

export type Failure = { status: number; message: string };

/** Tells a failure by its code only: an error's own message could hold an address or more. */
export function describeFailure(error: unknown, host: string): Failure {
  const code = codeOf(error);
  if (code === 'BODY_TOO_LARGE' && error instanceof Error) return { status: 413, message: error.message };
  const reason = REASONS[code] ?? `could not be asked (${code})`;
  const status = code === 'UPSTREAM_SILENT' ? 504 : 502;
  return { status, message: `The API at ${host} ${reason}.` };
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}
