import { expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { WorkingSigns } from './working.ts';

it('is shown at once and every eight seconds until work ends', () => {
  const clock = new FakeClock();
  const shown: string[] = [];
  const signs = new WorkingSigns(clock, async (channel) => void shown.push(channel));
  signs.set('1', true);
  signs.set('1', true);
  expect(shown).toEqual(['1']);
  clock.advance(8000);
  expect(shown).toEqual(['1', '1']);
  signs.set('1', false);
  signs.set('2', true);
  signs.stop();
  clock.advance(60_000);
  expect(shown).toEqual(['1', '1', '2']);
});
