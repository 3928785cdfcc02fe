import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { Pulse } from './pulse.ts';

/** A pulse that is called silent after 15 s. */
function build() {
  const clock = new FakeClock();
  const pulse = new Pulse(clock, 5000);
  const silences: number[] = [];
  const cancel = pulse.whenSilent(15_000, () => silences.push(pulse.silentMs));
  return { clock, pulse, silences, cancel };
}

describe('a connection', () => {
  it('on which nobody writes for an hour, but pings come, is not silent', () => {
    const { clock, pulse, silences } = build();
    for (let ms = 0; ms < 3_600_000; ms += 1700) {
      clock.advance(1700);
      expect(pulse.silentMs).toBe(1700);
      pulse.beat();
    }
    expect(silences).toEqual([]);
  });

  it('on which nothing is heard any more is silent, once', () => {
    const { clock, pulse, silences } = build();
    clock.advance(14_000);
    pulse.beat();
    clock.advance(14_999);
    expect(silences).toEqual([]);
    clock.advance(60_000);
    expect(silences).toEqual([15_000]);
  });

  it('that ended is not listened to any more', () => {
    const { clock, silences, cancel } = build();
    cancel();
    clock.advance(60_000);
    expect(silences).toEqual([]);
  });
});
