import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.ts';
import { fileOutcomeOf, outcomeOf } from './outcome.ts';

const refused = (error: string, needed?: string) => ({
  code: 'slack_webapi_platform_error',
  data: { ok: false, error, needed },
});
const broken = (code: string) => ({
  code: 'slack_webapi_request_error',
  message: 'A request error occurred: fetch failed',
  cause: { message: 'fetch failed', cause: { code } },
});

describe('a send that failed', () => {
  it.each<[why: string, error: unknown, kind: string]>([
    ['Slack names a time to wait', { code: 'slack_webapi_rate_limited_error', retryAfter: 7 }, 'retry'],
    ['Slack is too busy without naming one', refused('ratelimited'), 'retry'],
    ['nobody listens', broken('ECONNREFUSED'), 'retry'],
    ['the name does not resolve', broken('EAI_AGAIN'), 'retry'],
    ['a proxy lets nothing through', { code: 'slack_webapi_http_error', statusCode: 407 }, 'retry'],
    ['the connection is reset', broken('ECONNRESET'), 'unclear'],
    [
      'the answer does not come in time',
      { ...broken(''), cause: { name: 'TimeoutError', code: 23 } },
      'unclear',
    ],
    ['Slack answers 503', { code: 'slack_webapi_http_error', statusCode: 503 }, 'unclear'],
    ['Slack fails inside', refused('internal_error'), 'unclear'],
    ['it is an error nobody knows', new Error('?'), 'unclear'],
    ['it is no error at all', undefined, 'unclear'],
    ...['invalid_auth', 'token_revoked', 'missing_scope', 'not_allowed_token_type'].map(
      (code): [string, unknown, string] => [`Slack says ${code}`, refused(code), 'retry'],
    ),
  ])('because %s', (_title, error, kind) => {
    expect(outcomeOf(failureOf(error)).kind).toBe(kind);
  });

  it.each([
    ...['channel_not_found', 'not_in_channel', 'is_archived', 'account_inactive', 'restricted_action'].map(
      (code) => [code, 'gone'],
    ),
    ...['msg_too_long', 'too_many_attachments', 'invalid_blocks', 'no_text', 'metadata_too_large'].map(
      (code) => [code, 'reachable'],
    ),
    ...['file_upload_size_restricted', 'file_uploads_disabled', 'file_type_not_allowed', 'new_code'].map(
      (code) => [code, 'reachable'],
    ),
  ])('because Slack says %s can never succeed, and the chat is %s', (code, chat) => {
    expect(outcomeOf(failureOf(refused(code)))).toEqual({ kind: 'undeliverable', reason: code, chat });
  });

  it('of a file for want of a scope is no reason to wait for a person', () => {
    const outcome = fileOutcomeOf(failureOf(refused('missing_scope', 'files:write')));
    expect(outcome).toMatchObject({ kind: 'undeliverable', chat: 'reachable' });
    expect(outcome).toMatchObject({ reason: expect.stringContaining('files:write') });
  });

  it('waits as long as Slack asked for', () => {
    const failure = failureOf({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 });
    expect(outcomeOf(failure)).toMatchObject({ kind: 'retry', afterMs: 7000 });
  });

  it('names the scope that is missing', () => {
    const outcome = outcomeOf(failureOf(refused('missing_scope', 'chat:write')));
    expect(outcome).toMatchObject({ reason: 'missing_scope: chat:write' });
  });
});
