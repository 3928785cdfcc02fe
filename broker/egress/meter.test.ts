import { describe, expect, it } from 'vitest';
import { egressSchema } from '../../contracts/container-config.ts';
import { ATTEMPTS_PER_MINUTE, Meter } from './meter.ts';

function meter(settings: object = {}, used = 0) {
  let now = 0;
  let today = used;
  const config = egressSchema.parse(settings);
  const add = (count: number) => {
    today += count;
  };
  const bytes = { today: () => today, add };
  const made = new Meter({ config: () => config, bytes, monotonic: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { made, pass };
}

describe('the meter of a group', () => {
  it('lets no more connections be open than configured, and another one when one ends', () => {
    const { made } = meter({ maxOpen: 2 });
    expect([1, 2, 3].map(() => made.open().refusal?.code)).toEqual([undefined, undefined, 'too_many_open']);
    made.close();
    expect(made.open().refusal).toBeNull();
  });

  it("refuses attempts when the day's bytes are used, and stops what passes at that point", () => {
    const { made } = meter({ mbPerDay: 1 });
    expect([made.count(1024 * 1024 - 1), made.count(1)]).toEqual([true, false]);
    expect(made.open().refusal?.code).toBe('bytes_per_day');
  });

  it('knows the bytes of before a restart', () => {
    expect(meter({ mbPerDay: 1 }, 1024 * 1024).made.open().refusal?.code).toBe('bytes_per_day');
  });

  it('refuses a flood of attempts until the next minute, and has only the first of it recorded', () => {
    const { made, pass } = meter();
    for (let n = 0; n < ATTEMPTS_PER_MINUTE; n += 1) {
      expect(made.open()).toEqual({ refusal: null, recorded: true });
      made.close();
    }
    const flood = [made.open(), made.open()];
    expect(flood.map(({ refusal, recorded }) => [refusal?.code, recorded])).toEqual([
      ['too_many_requests', true],
      ['too_many_requests', false],
    ]);
    pass(60_000);
    expect(made.open().refusal).toBeNull();
  });
});
