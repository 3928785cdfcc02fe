import { describe, expect, it } from 'vitest';
import { percent } from './figures.ts';

describe('uptime', () => {
  it.each([
    [1, '100 %'],
    [0.999999, '99.999 %'],
    [0.5, '50.000 %'],
  ])('%s reads %s and is never rounded up to all', (share, text) => {
    expect(percent(share)).toBe(text);
  });
});
