/** What comes of asking the light model: an answer, or one of a closed list of reasons to hand over to the agent. */

export type HandoverReason =
  /** The light model itself says that this needs the agent. */
  | 'model_asked'
  /** Not asked at all: after failures, or because the proxy would have let us wait. */
  | 'paused'
  | 'pace'
  | 'no_network'
  | 'unauthorized'
  | 'rate_limited'
  /** 5xx. */
  | 'server_error'
  /** Another 4xx: an unknown model, for example. */
  | 'refused'
  | 'malformed'
  | 'first_token_timeout'
  | 'timeout'
  | 'empty'
  /** The stream ended before its end was announced, or the model reached its limit of tokens. */
  | 'truncated'
  /** The answer is longer than a light one may be. */
  | 'too_long'
  /** The provider's content filter. */
  | 'filtered'
  /** The caller's signal. */
  | 'stopped';

export type Usage = { inputTokens: number; outputTokens: number };

export type LightAnswer = { kind: 'answer'; text: string; model: string; usage: Usage | null };
export type Handover = {
  kind: 'handover';
  reason: HandoverReason;
  /** What it spent nevertheless, where known. */
  usage: Usage | null;
};
export type LightResult = LightAnswer | Handover;

/** A call that brought no answer. It never leaves this folder. */
export class HandoverError extends Error {
  readonly code = 'HANDOVER';
  constructor(
    readonly reason: HandoverReason,
    options: { cause?: unknown; retryAfterMs?: number | null; usage?: Usage | null } = {},
  ) {
    super(reason, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.usage = options.usage ?? null;
  }
  /** What the proxy asked for, milliseconds. */
  readonly retryAfterMs: number | null;
  readonly usage: Usage | null;
}

/** @param status of an answer that is not 200 */
export function reasonOfStatus(status: number): HandoverReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'refused';
}
