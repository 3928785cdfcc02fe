/** One request to an OpenAI-compatible endpoint, streamed, within its time limits. */
import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import { collectAnswer } from './collect.ts';
import { HandoverError, type LightAnswer, reasonOfStatus } from './outcome.ts';
import type { ChatMessage } from './request.ts';

/** From the request to the first word; the proxy's own wait comes on top, milliseconds. */
export const FIRST_TOKEN_LIMIT_MS = 8000;
/** From the request to the last word, milliseconds. */
export const ANSWER_LIMIT_MS = 25_000;
/** A light answer is short; what runs into this is cut off and handed over. */
const MOST_TOKENS = 700;

export type Call = {
  dispatcher: Dispatcher;
  /** Base address with or without a path, for example `http://127.0.0.1:4141`. */
  baseUrl: string;
  apiKey: string;
  model: string;
  messages: readonly ChatMessage[];
  /** The proxy is expected to keep the request this long before it passes it on, milliseconds. */
  paceWaitMs: number;
  clock: Pick<Clock, 'after' | 'now'>;
  /** The caller gives up. */
  signal: AbortSignal;
};

/** @throws HandoverError, and nothing else */
export async function callModel(call: Call): Promise<LightAnswer> {
  const limits = new Limits(call);
  try {
    return await exchange(call, limits);
  } catch (error) {
    throw explain(error, limits.signal);
  } finally {
    limits.end();
  }
}

async function exchange(call: Call, limits: Limits): Promise<LightAnswer> {
  const { origin, path } = endpoint(call.baseUrl, '/v1/chat/completions');
  const answer = await call.dispatcher.request({
    origin,
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${call.apiKey}`,
    },
    body: JSON.stringify({
      model: call.model,
      messages: call.messages,
      max_tokens: MOST_TOKENS,
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal: limits.signal,
  });
  // A body that is given up ends with an error, which nobody is left to hear.
  answer.body.on('error', () => undefined);
  if (answer.statusCode !== 200) {
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'], call.clock.now());
    answer.body.destroy();
    throw new HandoverError(reasonOfStatus(answer.statusCode), { retryAfterMs });
  }
  try {
    return await collectAnswer(answer.body, call.model, () => limits.started());
  } catch (error) {
    // Once the answer has begun, a broken connection has cut it off.
    throw error instanceof HandoverError || limits.signal.aborted
      ? error
      : new HandoverError('truncated', { cause: error });
  } finally {
    answer.body.destroy();
  }
}

/** The time limits and the caller's signal as one; whichever comes first is its reason. */
class Limits {
  readonly #controller = new AbortController();
  readonly #onStop = () => this.#controller.abort(new HandoverError('stopped'));
  readonly #endFirst: () => void;
  readonly #endTotal: () => void;

  constructor(readonly call: Pick<Call, 'clock' | 'signal' | 'paceWaitMs'>) {
    const { clock, signal, paceWaitMs } = call;
    const after = (ms: number, reason: 'first_token_timeout' | 'timeout') =>
      clock.after(ms + paceWaitMs, () => this.#controller.abort(new HandoverError(reason)));
    this.#endFirst = after(FIRST_TOKEN_LIMIT_MS, 'first_token_timeout');
    this.#endTotal = after(ANSWER_LIMIT_MS, 'timeout');
    if (signal.aborted) this.#onStop();
    else signal.addEventListener('abort', this.#onStop, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  started(): void {
    this.#endFirst();
  }

  end(): void {
    this.#endFirst();
    this.#endTotal();
    this.call.signal.removeEventListener('abort', this.#onStop);
  }
}

function explain(error: unknown, signal: AbortSignal): HandoverError {
  if (signal.aborted && signal.reason instanceof HandoverError) return signal.reason;
  return error instanceof HandoverError ? error : new HandoverError('no_network', { cause: error });
}

/** `http://host:4141`, with or without a slash or `/v1` at its end. */
export function endpoint(baseUrl: string, path: string): { origin: string; path: string } {
  const url = new URL(baseUrl);
  return { origin: url.origin, path: url.pathname.replace(/\/(?:v1\/?)?$/u, '') + path };
}

/** Seconds or a date, as RFC 9110 has it; null when there is none. Milliseconds from now. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined || value.trim() === '') return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
