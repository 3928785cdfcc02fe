/** What the container is told when an upstream could not answer: a status and one plain sentence. */

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'was not found: its name does not resolve',
  EAI_AGAIN: 'was not found: name resolution is not available now',
  ENETUNREACH: 'is not reachable: there is no network',
  EHOSTUNREACH: 'is not reachable: there is no route to it',
  ETIMEDOUT: 'did not accept a connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'accepted the request but did not begin to answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of its answer',
  ECONNRESET: 'broke the connection off before it answered',
  EPIPE: 'broke the connection off before it answered',
  UND_ERR_SOCKET: 'broke the connection off before it answered',
  UND_ERR_INVALID_ARG: 'has an address or a request that cannot be used',
};

export type Failure = { status: number; message: string };

/** Tells a failure by its code only: an error's own message could hold an address or more. */
export function describeFailure(error: unknown, host: string): Failure {
  const code = codeOf(error);
  if (code === 'BODY_TOO_LARGE' && error instanceof Error) return { status: 413, message: error.message };
  const reason = REASONS[code] ?? `could not be asked (${code})`;
  const status = code === 'UND_ERR_HEADERS_TIMEOUT' ? 504 : 502;
  return { status, message: `The API at ${host} ${reason}.` };
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}
