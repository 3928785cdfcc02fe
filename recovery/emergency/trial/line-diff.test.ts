import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

const text = (...lines: string[]) => lines.join('\n');

test.each([
  ['a removed line', text('a', 'bad', 'b'), text('a', 'b'), text('@@ line 1 @@', ' a', '-bad', ' b')],
  ['a changed line', text('a', 'b'), text('a', 'c'), text('@@ line 1 @@', ' a', '-b', '+c')],
  ['a new file', '', text('a', 'b'), text('@@ line 1 @@', '+a', '+b')],
  ['a removed file', 'a', '', text('@@ line 1 @@', '-a')],
  [
    'a change deep in a file, with what stands around it',
    text('1', '2', '3', '4', '5', '6', '7', '8', '9'),
    text('1', '2', '3', '4', 'five', '6', '7', '8', '9'),
    text('@@ line 2 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'),
  ],
])('%s', (_name, before, after, diff) => {
  expect(lineDiff(before, after)).toBe(diff);
});

test('a large change is cut, and says by how much', () => {
  const many = Array.from({ length: 500 }, (_, index) => `${index}`).join('\n');
  expect(lineDiff('', many).split('\n').at(-1)).toBe('… 100 more lines');
});

test('what stands far out in a line is never left out unseen', () => {
  const harm = `ok();${' '.repeat(400)}harm();`;
  expect(lineDiff('ok();', harm)).toBe(`@@ line 1 @@\n-ok();\n+${harm.slice(0, 400)} … 12 more signs`);
});
