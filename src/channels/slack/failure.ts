/** What went wrong in a call to Slack, told apart by what it means for us. Pure. */

export type Failure =
  /** Nothing was carried out; Slack names the time to wait. */
  | { kind: 'rate_limited'; afterMs: number }
  /** There was no connection to carry the request, so nothing was carried out. */
  | { kind: 'unreachable'; reason: string }
  /** The request went out and no answer can be trusted: carried out or not, nobody knows. */
  | { kind: 'lost'; reason: string }
  /** Slack said no; `code` is its own name for why, `needed` the scopes that would have been enough. */
  | { kind: 'refused'; code: string; needed: string | null };

/** A call to Slack failed; `failure` says how. */
export class SlackCallError extends Error {
  readonly code = 'SLACK_CALL';

  constructor(
    readonly method: string,
    readonly failure: Failure,
    cause: unknown,
  ) {
    super(`${method}: ${describeFailure(failure)}`, { cause });
  }
}

/** Error codes of Node and undici that come before a request is on its way. */
const BEFORE_THE_REQUEST: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
]);

type Clue = {
  code?: unknown;
  message?: unknown;
  retryAfter?: unknown;
  statusCode?: unknown;
  data?: { error?: unknown; needed?: unknown };
  cause?: Clue;
};

/** Reads an error of `@slack/web-api`; its codes are those of that package's `ErrorCode`. */
export function failureOf(error: unknown): Failure {
  const clue: Clue = typeof error === 'object' && error !== null ? error : {};
  switch (clue.code) {
    case 'slack_webapi_rate_limited_error':
      return { kind: 'rate_limited', afterMs: Number(clue.retryAfter) * 1000 };
    case 'slack_webapi_platform_error':
      return refusal(String(clue.data?.error), clue.data?.needed);
    case 'slack_webapi_http_error':
      return httpFailure(Number(clue.statusCode));
    default:
      return isBeforeTheRequest(clue)
        ? { kind: 'unreachable', reason: reasonOf(clue) }
        : { kind: 'lost', reason: reasonOf(clue) };
  }
}

/** Whether Slack said no for this reason. */
export function isRefusal(error: unknown, code: string): boolean {
  return error instanceof SlackCallError && error.failure.kind === 'refused' && error.failure.code === code;
}

/** One line for a person. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'rate_limited':
      return `too many requests, again in ${failure.afterMs} ms`;
    case 'unreachable':
      return `Slack cannot be reached (${failure.reason})`;
    case 'lost':
      return `no answer from Slack (${failure.reason})`;
    case 'refused':
      return failure.needed === null ? failure.code : `${failure.code}: ${failure.needed}`;
  }
}

function refusal(code: string, needed: unknown): Failure {
  // Slack's own troubles come as refusals too, and may come after the effect.
  if (['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable'].includes(code)) {
    return { kind: 'lost', reason: code };
  }
  if (code === 'ratelimited') return { kind: 'rate_limited', afterMs: 1000 };
  return { kind: 'refused', code, needed: typeof needed === 'string' ? needed : null };
}

/** Slack answers everything with 200 or 429; another 4xx comes from a proxy that let nothing through. */
function httpFailure(status: number): Failure {
  const reason = `HTTP ${status}`;
  return status >= 500 ? { kind: 'lost', reason } : { kind: 'unreachable', reason };
}

function isBeforeTheRequest(clue: Clue): boolean {
  if (typeof clue.code === 'string' && BEFORE_THE_REQUEST.has(clue.code)) return true;
  return clue.cause !== undefined && clue.cause !== null && isBeforeTheRequest(clue.cause);
}

/** The innermost message says most: "fetch failed" alone helps nobody. */
function reasonOf(clue: Clue): string {
  if (clue.cause) return reasonOf(clue.cause);
  return String(clue.code ?? clue.message ?? 'unknown');
}
