import { describe, expect, it } from 'vitest';
import { splitText } from './split.ts';

const squeeze = (text: string) => text.replace(/\s+/g, '');

describe('a text', () => {
  it.each([
    ['that fits stays as it is', 'one\n\ntwo  three', 20, ['one\n\ntwo  three']],
    ['of white space only is no message', ' \n\n ', 10, []],
    ['breaks between paragraphs', 'first one\n\nsecond one', 12, ['first one', 'second one']],
    ['fills a message with as many paragraphs as fit', 'a\n\nb\n\ncccccc', 6, ['a\n\nb', 'cccccc']],
    ['breaks between lines when a paragraph is too long', 'line one\nline two', 10, ['line one', 'line two']],
    ['breaks after a sentence when a line is too long', 'One. Two two.', 9, ['One.', 'Two two.']],
    ['breaks between words when a sentence is too long', 'alpha beta gamma', 10, ['alpha beta', 'gamma']],
    ['breaks inside of a word only as a last resort', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    [
      'keeps Hangul syllables of conjoining letters whole',
      '\u1100\u1161\u11a8\u1100\u1161\u11a8',
      4,
      ['\u1100\u1161\u11a8', '\u1100\u1161\u11a8'],
    ],
    ['keeps emoji of several parts whole', '👩‍👩‍👧👩‍👩‍👧', 9, ['👩‍👩‍👧', '👩‍👩‍👧']],
    ['breaks Korean at spaces', '오늘은 날씨가 좋다', 7, ['오늘은 날씨가', '좋다']],
  ])('%s', (_title, text, limit, expected) => {
    expect(splitText(text, { limit })).toEqual(expected);
  });

  it.each([
    [
      'is not cut when it fits into one message',
      'before it\n```js\na\n\nb\n```\nafter',
      16,
      ['before it', '```js\na\n\nb\n```', 'after'],
    ],
    [
      'that is too long is closed and opened again in its language',
      '```js\nlet a\nlet b\nlet c\n```',
      22,
      ['```js\nlet a\nlet b\n```', '```js\nlet c\n```'],
    ],
    [
      'without an end is closed at each break',
      '```\naaaaaaaaaa\nbbbbbbbb',
      20,
      ['```\naaaaaaaaaa\n```', '```\nbbbbbbbb\n```'],
    ],
    ['stays with its neighbours when all fits', 'a\n\n```\nx\n```\nb', 20, ['a\n\n```\nx\n```\nb']],
  ])('a code fence %s', (_title, text, limit, expected) => {
    expect(splitText(text, { limit })).toEqual(expected);
  });

  it('is measured as the platform does', () => {
    const measure = (text: string) => text.length + 4 * text.split('&').length - 4;
    expect(splitText('a&b c&d', { limit: 8, measure })).toEqual(['a&b', 'c&d']);
  });

  it.each([10, 37, 200, 2000])('loses nothing and keeps every message within %i', (limit) => {
    const text = Array.from(
      { length: 300 },
      (_, i) => `${i} 낱말과 ${'긴'.repeat(i % 60)} words.${i % 7 ? ' ' : '\n\n'}`,
    ).join('');
    const messages = splitText(text, { limit });
    expect(Math.max(...messages.map((message) => message.length))).toBeLessThanOrEqual(limit);
    expect(squeeze(messages.join(''))).toBe(squeeze(text));
  });
});

/** So large that anything but time in proportion to the length would take minutes. */
describe('a text of a hundred thousand characters', () => {
  const LENGTH = 100_000;
  it.each([
    ['without any white space', 'x'],
    ['in Hangul without any white space', '가'],
    ['of fences that are never closed', '`'],
    ['of many small fences', '```\ncode\n```\n\nprose\n\n'],
  ])(
    '%s is split while nobody else has to wait',
    (_what, unit) => {
      const text = unit.repeat(LENGTH / unit.length);
      const parts = splitText(text, { limit: 2000 });
      expect(parts.every((part) => part.length <= 2000)).toBe(true);
    },
    20_000,
  );
});
