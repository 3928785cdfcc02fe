import { describe, expect, it } from 'vitest';
import { refusalOf } from './download.ts';
import { slackHosts } from './web.ts';

const page = { 'content-type': 'text/html; charset=utf-8' };
const attachment = { 'content-disposition': 'attachment; filename=a' };

describe('an answer to a download', () => {
  it.each<[string, number, Record<string, string>, string, RegExp | null]>([
    ['the file', 200, { 'content-type': 'image/png', ...attachment }, 'image/png', null],
    ['an HTML file', 200, { ...page, ...attachment }, 'text/html', null],
    ['the sign-in page', 200, page, 'image/png', /sign-in.*files:read/],
    ['the sign-in page in place of an HTML file', 200, page, 'text/html', /sign-in/],
    ['nothing any more', 404, {}, 'image/png', /no longer there/],
    ['an error', 500, {}, 'image/png', /HTTP 500/],
  ])('that is %s is recognized', (_title, statusCode, headers, mimetype, reason) => {
    const refusal = refusalOf({ statusCode, headers }, { mimetype });
    if (reason === null) expect(refusal).toBeNull();
    else expect(refusal).toMatch(reason);
  });
});

describe('the token', () => {
  it.each([
    ['https://files.slack.com/files-pri/T1-F1/a.png', true],
    ['https://slack.com/a', true],
    ['https://files-origin.slack-edge.com/a', true],
    ['http://files.slack.com/a', false],
    ['https://slack.com.evil.example/a', false],
    ['https://notslack.com/a', false],
    ['http://127.0.0.1:99/a', true],
    ['http://127.0.0.1:98/a', false],
  ])('goes to %s: %s', (address, goes) => {
    expect(slackHosts('http://127.0.0.1:99/api/')(new URL(address))).toBe(goes);
  });

  it('goes nowhere but to Slack when no other address of the API is set', () => {
    expect(slackHosts(undefined)(new URL('http://127.0.0.1:99/a'))).toBe(false);
  });
});
