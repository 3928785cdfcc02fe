/** What a failed call means for a reply that is being sent. Pure; the codes are those of Slack's method reference. */
import type { SendOutcome } from '../channel.ts';
import { describeFailure, type Failure } from './failure.ts';

/** A person has to do something first: a new token, a scope, an administrator's consent. Looked at again each minute. */
const FIXABLE: ReadonlySet<string> = new Set([
  ...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'missing_scope', 'no_permission'],
  ...['not_allowed_token_type', 'access_denied', 'accesslimited', 'ekm_access_denied', 'org_login_required'],
  ...['team_access_not_granted', 'team_added_to_org', 'two_factor_setup_required'],
]);
const FIXABLE_RETRY_MS = 60_000;

/** Nothing can be said in the chat any more, however short and plain it is. */
const CHAT_GONE: ReadonlySet<string> = new Set([
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'is_inactive', 'account_inactive'],
  ...['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_non_threadable_channel'],
  ...[
    'restricted_action_thread_only_channel',
    'restricted_action_thread_locked',
    'posting_to_channel_denied',
  ],
  ...['external_channel_migrating', 'team_not_found', 'user_not_found', 'messages_tab_disabled'],
  ...['cannot_dm_bot', 'as_user_not_supported', 'method_not_supported_for_channel_type'],
]);

/** Nothing of the request arrived: soon again. */
const UNREACHABLE_RETRY_MS = 5000;

/**
 * Every other refusal is about this chat or this message and will be the same next time. A code that Slack invents
 * later counts as being about the message: repeated for ever it would keep back all later replies of its chat.
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
      if (FIXABLE.has(failure.code)) return { kind: 'retry', afterMs: FIXABLE_RETRY_MS, reason };
      return { kind: 'undeliverable', reason, chat: CHAT_GONE.has(failure.code) ? 'gone' : 'reachable' };
  }
}

/** The same for a file. An app may well live without the scope for files, so nothing waits for it. */
export function fileOutcomeOf(failure: Failure): SendOutcome {
  if (failure.kind === 'refused' && failure.code === 'missing_scope') {
    const reason = `to send files the Slack app needs the scope ${failure.needed ?? 'files:write'}`;
    return { kind: 'undeliverable', reason, chat: 'reachable' };
  }
  return outcomeOf(failure);
}
