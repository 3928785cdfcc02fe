import { expect, it } from 'vitest';
import { endOfDamage } from './readable-rows.ts';

it.each([
  ['the very next row', 10, 11],
  ['the end of a damaged page', 10, 57],
  ['far behind', 0, 1_000_003],
])('finds %s, in few steps', (_title, after, firstGood) => {
  let looks = 0;
  const reaches = (position: number) => {
    looks += 1;
    return position >= firstGood;
  };
  expect(endOfDamage(after, reaches)).toBe(firstGood);
  expect(looks).toBeLessThan(50);
});

it('gives up when nothing behind can be read', () => {
  expect(endOfDamage(10, () => false)).toBeNull();
});
