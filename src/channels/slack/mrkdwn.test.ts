import { describe, expect, it } from 'vitest';
import { MESSAGE_LIMIT, measureMrkdwn, toMrkdwn } from './mrkdwn.ts';

describe('Markdown becomes mrkdwn:', () => {
  it.each([
    ['bold', '**bold** and __bold__', '*bold* and *bold*'],
    ['italics', '*lean* and _lean_', '_lean_ and _lean_'],
    ['both at once', '***much***', '*_much_*'],
    ['struck out', '~~gone~~', '~gone~'],
    ['bold before a Korean particle', '**서울**은 **부산**보다', '*서울*\u200B은 *부산*\u200B보다'],
    ['bold inside of a word', '가**나**다', '가\u200B*나*\u200B다'],
    ['a heading', '## What **now**\ntext', '*What now*\ntext'],
    ['a list', '- one\n  * two\n1. three', '• one\n  • two\n1. three'],
    ['a quote', '> said', '> said'],
    ['a link', 'see [the *docs*](https://a.example/x_y_z)', 'see <https://a.example/x_y_z|the *docs*>'],
    ['a bare address', 'https://a.example/a_b_c?x=1&y=*2*', 'https://a.example/a_b_c?x=1&amp;y=*2*'],
    ['an address in angle brackets', '<https://a.example>', '<https://a.example>'],
    ['an image', '![cat](https://a.example/c.png)', '<https://a.example/c.png|cat>'],
    ['a link to nowhere', '[x](javascript:alert)', '[x](javascript:alert)'],
    ['inline code', '`**x** <y>` and **z**', '`**x** &lt;y&gt;` and *z*'],
    ['a code fence', '```js\na ** b ** c\n# no\n```\n**d**', '```\na ** b ** c\n# no\n```\n*d*'],
    ['a fence without an end', '```\n*x*', '```\n*x*\n```'],
    ['what would call everybody', 'hi <!channel> & <@U1>', 'hi &lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['arithmetic', '2 * 3 * 4', '2 * 3 * 4'],
    ['a name with underscores', 'my_long_name', 'my_long_name'],
  ])('%s', (_title, markdown, expected) => {
    expect(toMrkdwn(markdown)).toBe(expected);
  });

  it('is never longer than measured, but for added boundaries', () => {
    const markdown = '# a & b\n**c** <d> [e](https://f.example) `g>h`\n```js\n<&>\n```';
    expect(toMrkdwn(markdown).length).toBeLessThanOrEqual(measureMrkdwn(markdown));
  });
});

it.each(['`', '```', '*a ', '**a ', '__a ', '~~a ', '[x](', '<', '\uE000'])(
  'a message of nothing but %j is converted while nobody else has to wait',
  (unit) => {
    const text = unit.repeat(MESSAGE_LIMIT / unit.length);
    for (let time = 0; time < 20; time += 1) toMrkdwn(text);
  },
  20_000,
);
