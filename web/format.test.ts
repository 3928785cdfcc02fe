import { expect, test } from 'vitest';
import { drawCurve } from './curve.ts';
import { formatAge, formatDuration, formatMebibytes } from './format.ts';
import { catalogue, pickLanguage } from './text.ts';

test.each([
  [0, '0 ms'],
  [0.008, '8 ms'],
  [0.9999, '1 s'],
  [3.24, '3.2 s'],
  [9.97, '10 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [7512, '2 h 5 min'],
  [86_400 * 3 + 3_600 * 4, '3 d 4 h'],
])('%d seconds read as %s', (seconds, words) => {
  expect(formatDuration(seconds, catalogue.en.unit)).toBe(words);
});

test.each([
  [-500, '0초'],
  [59_999, '59초'],
  [60_000, '1분'],
  [7_200_000, '2시간'],
  [200_000_000, '2일'],
])('an age of %d ms reads in Korean as %s', (ms, words) => {
  expect(formatAge(ms, catalogue.ko.unit)).toBe(words);
});

test('memory is told in MiB', () => {
  expect([5.25, 132.4].map((mebibytes) => formatMebibytes(mebibytes * 1024 * 1024))).toEqual([
    '5.3 MiB',
    '132 MiB',
  ]);
});

test('a curve leaves a gap where a reading is missing', () => {
  const values = [0, 10, null, 5];
  const points = values.map((value, index) => ({ at: index * 10, value }));
  expect(drawCurve(points, { width: 30, height: 12, from: 0, to: 30 })).toBe('M0.0 11.0L10.0 1.0M30.0 6.0');
});

test.each([
  [null, ['ko-KR', 'en'], 'ko'],
  [null, ['fr', 'en-GB'], 'en'],
  [null, ['fr'], 'en'],
  ['en', ['ko'], 'en'],
  ['xx', ['ko'], 'ko'],
])('choice %s and preferences %j give %s', (chosen, preferred, language) => {
  expect(pickLanguage(chosen, preferred)).toBe(language);
});
