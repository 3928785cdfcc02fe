import type { SDKAssistantMessageError, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { describeLoss, findFailure } from './failure.ts';

/** The fields of a result that decide; the rest is of no matter here. */
function result(fields: object): SDKResultMessage {
  const plain = { type: 'result', subtype: 'success', is_error: true, result: 'API Error', errors: [] };
  return { ...plain, ...fields } as unknown as SDKResultMessage;
}

const api = (api_error_status: number | null) => result({ api_error_status, terminal_reason: 'api_error' });

describe('the failure of a result', () => {
  const cases: [string, SDKResultMessage, SDKAssistantMessageError | null, string | null][] = [
    ['is none when it is no error', result({ is_error: false }), null, null],
    [
      'is none however much the text looks like one',
      result({ is_error: false, result: '429 rate_limit' }),
      null,
      null,
    ],
    ['401 is auth', api(401), 'authentication_failed', 'auth'],
    ['403 is auth', api(403), 'authentication_failed', 'auth'],
    ['423 is budget: the broker says so', api(423), 'invalid_request', 'budget'],
    ['402 is credit', api(402), null, 'credit'],
    ['a billing error is credit whatever its status', api(400), 'billing_error', 'credit'],
    ['429 is rate_limit', api(429), 'rate_limit', 'rate_limit'],
    ['500 is overloaded', api(500), 'server_error', 'overloaded'],
    ['529 is overloaded', api(529), 'overloaded', 'overloaded'],
    ['502 is network: the broker could not reach the API', api(502), 'server_error', 'network'],
    ['no status is network: there was no answer', api(null), 'server_error', 'network'],
    ['400 is other', api(400), 'invalid_request', 'other'],
    ['a spent turn limit is max_turns', result({ subtype: 'error_max_turns' }), null, 'max_turns'],
    ['anything else is other', result({ subtype: 'error_during_execution' }), null, 'other'],
  ];
  it.each(cases)('%s', (_title, message, kind, code) => {
    expect(findFailure(message, kind)?.code ?? null).toBe(code);
  });

  it('has a text of bounded length', () => {
    expect(findFailure(result({ result: 'x'.repeat(10_000) }), null)?.text).toHaveLength(501);
  });
});

describe('the loss of a child', () => {
  const refused = Object.assign(new Error('No conversation found'), { errorClass: 'error_result' });
  const timeout = Object.assign(new Error('timed out'), { errorClass: 'initialize_timeout' });
  it.each([
    ['a refused resume is a stale session', refused, 'resume', 'stale_session'],
    ['a refused fresh start is a crash', refused, 'fresh', 'crashed'],
    ['a resume that took too long is a crash: the session may be fine', timeout, 'resume', 'crashed'],
    ['a child that dies later is a crash', refused, 'done', 'crashed'],
  ] as const)('%s', (_title, error, opening, code) => {
    expect(describeLoss(error, opening).code).toBe(code);
  });
});
