/**
 * Why a result is an error, judged by its fields and HTTP status, never by its text: the words are the model's
 * or a proxy's, and change.
 */
import type { SDKAssistantMessageError, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { BUDGET_STATUS } from '../../contracts/link.ts';
import type { Failure } from './conversation.ts';

type Code = Failure['code'];

/** Longest failure text, characters: one line in a chat. */
const TEXT_LIMIT = 500;

/**
 * @param kind the `error` of the assistant message before the result, when it had one
 * @returns null for a good result
 */
export function findFailure(result: SDKResultMessage, kind: SDKAssistantMessageError | null): Failure | null {
  if (result.subtype === 'success') {
    if (!result.is_error) return null;
    return failure(
      codeOf(result.api_error_status ?? null, kind, result.terminal_reason ?? null),
      result.result,
    );
  }
  const code =
    result.subtype === 'error_max_turns' ? 'max_turns' : codeOf(null, kind, result.terminal_reason ?? null);
  return failure(code, result.errors.join('; '));
}

/**
 * The session could not be opened, or ended by itself. A start that Claude Code itself refuses carries the
 * class `error_result` (SDK 0.3.329, not in its types), unlike a timeout or a killed child; with a session to
 * resume that means the session, or the message to resume at, is not there.
 */
export function describeLoss(error: unknown, opening: 'fresh' | 'resume' | 'done'): Failure {
  const text = error instanceof Error ? error.message : String(error);
  const refused = error instanceof Error && 'errorClass' in error && error.errorClass === 'error_result';
  return failure(opening === 'resume' && refused ? 'stale_session' : 'crashed', text);
}

export function failure(code: Code, text: string): Failure {
  return { code, text: text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}…` : text };
}

function codeOf(status: number | null, kind: SDKAssistantMessageError | null, reason: string | null): Code {
  if (status === BUDGET_STATUS) return 'budget';
  if (kind === 'billing_error' || status === 402) return 'credit';
  if (status !== null) return codeOfStatus(status);
  if (kind === 'authentication_failed') return 'auth';
  // An API error without a status never got an answer: refused, reset, timed out.
  return reason === 'api_error' ? 'network' : 'other';
}

function codeOfStatus(status: number): Code {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limit';
  // The broker answers 502 and 504 when it cannot reach the API.
  if (status === 408 || status === 502 || status === 504) return 'network';
  return status >= 500 ? 'overloaded' : 'other';
}
