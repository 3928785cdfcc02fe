/**
 * The supervisor's HTTP API as the page calls it. Every call ends within a deadline; every failure is an
 * `ApiError` whose code tells what to do: try again, ask for another token, or tell the person.
 */
import type { IncidentEvent } from '../contracts/incident.ts';
import type { SessionRecord } from '../contracts/session-record.ts';

/** Longest a plain call may take, milliseconds. */
const CALL_DEADLINE_MS = 10_000;
/** Longest piece of a server's explanation that is shown, characters. */
const REASON_LIMIT = 300;

export type ApiErrorCode =
  | 'UNREACHABLE' //  no answer: the supervisor is gone or slow
  | 'UNAVAILABLE' //  5xx: the supervisor answers, the service behind it does not
  | 'UNAUTHORIZED' // 401, 403: token missing or wrong
  | 'REFUSED'; //     any other 4xx: the same request will fail again

export class ApiError extends Error {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type Api = ReturnType<typeof createApi>;

/** `token` is null on a read-only page. All functions throw `ApiError`. */
export function createApi(token: string | null, send: typeof fetch) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const request = (path: string, init: RequestInit) => ask(send, path, { ...init, cache: 'no-store' });

  const open = async (path: string, signal: AbortSignal) => {
    const response = await request(path, { headers: { ...headers, Accept: 'text/event-stream' }, signal });
    if (response.body === null) throw new ApiError('UNREACHABLE', 'the answer has no body');
    return response.body;
  };
  const post = async (path: string, body: unknown): Promise<void> => {
    await request(path, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_DEADLINE_MS),
    });
  };

  return {
    openStatus: (signal: AbortSignal) => open('/api/events', signal),
    openChat: (after: number, signal: AbortSignal) => open(`/api/chat/events?after=${after}`, signal),
    async readIncident(id: string, signal: AbortSignal): Promise<IncidentEvent[]> {
      const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]);
      const response = await request(`/api/incidents/${encodeURIComponent(id)}`, { headers, signal: within });
      return response.json();
    },
    async readSessions(id: string, signal: AbortSignal): Promise<SessionRecord[]> {
      const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]);
      const path = `/api/incidents/${encodeURIComponent(id)}/sessions`;
      return (await request(path, { headers, signal: within })).json();
    },
    /** Repeating it with the same id stores nothing twice. */
    say: (id: string, text: string) => post('/api/chat', { id, text }),
    restart: () => post('/api/restart', {}),
    acknowledge: (id: string) => post(`/api/incidents/${encodeURIComponent(id)}/ack`, {}),
  };
}

async function ask(send: typeof fetch, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await send(path, init);
  } catch (cause) {
    throw new ApiError('UNREACHABLE', 'the supervisor does not answer', { cause });
  }
  if (!response.ok) throw new ApiError(judge(response.status), await explain(response));
  return response;
}

/** What an HTTP status means for the page. 408 and 429 ask for another try later, so they count as 5xx. */
export function judge(status: number): ApiErrorCode {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status >= 500 || status === 408 || status === 429) return 'UNAVAILABLE';
  return 'REFUSED';
}

/** The server's own words (`{"error": …}` or plain text), else the status. */
async function explain(response: Response): Promise<string> {
  const text = await response.text().catch(() => ''); // a cut answer still has its status
  return (readError(text) ?? text).slice(0, REASON_LIMIT) || `HTTP ${response.status}`;
}

function readError(text: string): string | null {
  try {
    const { error } = JSON.parse(text);
    return typeof error === 'string' ? error : null;
  } catch {
    return null; // not JSON: the caller shows the text itself
  }
}
