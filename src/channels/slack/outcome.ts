/** What a failed call means for a reply that is being sent. Pure; the codes are those of Slack's chat.postMessage. */
import type { SendOutcome } from '../channel.ts';
import { describeFailure, type Failure } from './failure.ts';

/** A person has to do something first: a new token, a scope, an administrator's consent. Looked at again each minute. */
const FIXABLE: ReadonlySet<string> = new Set([
  ...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'missing_scope', 'no_permission'],
  ...['not_allowed_token_type', 'access_denied', 'accesslimited', 'ekm_access_denied', 'org_login_required'],
  ...['team_access_not_granted', 'team_added_to_org', 'two_factor_setup_required'],
]);
const FIXABLE_RETRY_MS = 60_000;

/** Nothing of the request arrived: soon again. */
const UNREACHABLE_RETRY_MS = 5000;

/**
 * Every other refusal is about this chat or this text and will be the same next time (`channel_not_found`,
 * `not_in_channel`, `is_archived`, `account_inactive`, `restricted_action`, `msg_too_long`, …). A code that Slack
 * invents later counts as one of them: repeated for ever it would keep back all later replies of its chat.
 */
export function outcomeOf(failure: Failure): SendOutcome {
  const reason = describeFailure(failure);
  switch (failure.kind) {
    case 'rate_limited':
      return { kind: 'retry', afterMs: failure.afterMs, reason };
    case 'unreachable':
      return { kind: 'retry', afterMs: UNREACHABLE_RETRY_MS, reason };
    case 'lost':
      return { kind: 'unclear', reason };
    case 'refused':
      return FIXABLE.has(failure.code)
        ? { kind: 'retry', afterMs: FIXABLE_RETRY_MS, reason }
        : { kind: 'undeliverable', reason };
  }
}
