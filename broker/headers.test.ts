import { describe, expect, it } from 'vitest';
import { presentsPlaceholder, toClientHeaders, toUpstreamHeaders } from './headers.ts';

const oauth = { kind: 'oauth', value: 'real-token' } as const;
const key = { kind: 'api_key', value: 'real-key' } as const;

describe('headers to the upstream', () => {
  it.each([
    [
      'an OAuth token replaces a placeholder key',
      { 'x-api-key': 'p' },
      oauth,
      { authorization: 'Bearer real-token' },
    ],
    ['a key replaces a placeholder token', { authorization: 'Bearer p' }, key, { 'x-api-key': 'real-key' }],
    [
      'two placeholders become one credential',
      { authorization: 'Bearer p', 'x-api-key': 'p' },
      key,
      { 'x-api-key': 'real-key' },
    ],
    [
      'hop-by-hop headers end here, also those that Connection names',
      {
        connection: 'keep-alive, X-Private',
        'x-private': '1',
        te: 'trailers',
        'transfer-encoding': 'chunked',
      },
      key,
      { 'x-api-key': 'real-key' },
    ],
    [
      'host, cookies and expectations are ours',
      { host: 'localhost', cookie: 'a=b', expect: '100-continue', 'proxy-authorization': 'Basic x' },
      key,
      { 'x-api-key': 'real-key' },
    ],
    [
      'the rest passes untouched',
      { 'anthropic-version': '2023-06-01', 'content-length': '5', 'user-agent': 'claude-cli/2' },
      key,
      {
        'x-api-key': 'real-key',
        'anthropic-version': '2023-06-01',
        'content-length': '5',
        'user-agent': 'claude-cli/2',
      },
    ],
  ])('%s', (_case, given, credential, expected) => {
    const {
      'anthropic-beta': _flags,
      'accept-encoding': _encoding,
      ...passed
    } = toUpstreamHeaders(given, credential);
    expect(passed).toEqual(expected);
  });

  it.each([
    ['is added for OAuth', 'claude-code-20250219', oauth, 'claude-code-20250219,oauth-2025-04-20'],
    ['is added once', 'a, oauth-2025-04-20,b', oauth, 'a,b,oauth-2025-04-20'],
    ['is alone where there are no others', undefined, oauth, 'oauth-2025-04-20'],
    ['is dropped for a key', 'a,oauth-2025-04-20', key, 'a'],
    ['leaves no empty header behind', 'oauth-2025-04-20', key, undefined],
  ])('the OAuth flag %s', (_case, given, credential, expected) => {
    const headers = given === undefined ? {} : { 'anthropic-beta': given };
    expect(toUpstreamHeaders(headers, credential)['anthropic-beta']).toBe(expected);
  });

  it('ask for an answer that can be read in passing', () => {
    expect(toUpstreamHeaders({ 'accept-encoding': 'gzip, br' }, key)['accept-encoding']).toBe('identity');
  });
});

it('Headers to the container keep limits and ids, and lose cookies and hop-by-hop headers', () => {
  const headers = { 'request-id': 'r', 'retry-after': '3', 'set-cookie': ['a=b'], connection: 'keep-alive' };
  expect(toClientHeaders(headers)).toEqual({ 'request-id': 'r', 'retry-after': '3' });
});

describe('the placeholder', () => {
  it.each([
    ['as a key', { 'x-api-key': 'secret' }, true],
    ['as a bearer token', { authorization: 'Bearer secret' }, true],
    ['as a bearer token in small letters', { authorization: 'bearer secret' }, true],
    ['with a character more', { 'x-api-key': 'secret1' }, false],
    ['as basic credentials', { authorization: 'Basic secret' }, false],
    ['not at all', {}, false],
    ['empty', { 'x-api-key': '', authorization: 'Bearer ' }, false],
  ])('presented %s: %s', (_case, headers, accepted) => {
    expect(presentsPlaceholder(headers, 'secret')).toBe(accepted);
  });
});
