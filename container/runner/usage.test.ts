import { describe, expect, it } from 'vitest';
import type { Usage } from '../../contracts/link.ts';
import { UsageMeter } from './usage.ts';

const OWN = { inputTokens: 10, outputTokens: 2 };
/** So much of everything, and a tenth of it as money. */
const much = (tokens: number): Usage => ({ inputTokens: tokens, outputTokens: tokens, costUsd: tokens / 10 });

/** What a turn used whose results told these running totals. */
function turn(meter: UsageMeter, ...totals: number[]) {
  for (const total of totals) meter.count({ own: OWN, total: much(total) });
  return meter.take();
}

describe('the usage of a turn', () => {
  it('is unknown without a result', () => {
    expect(turn(new UsageMeter())).toBeNull();
  });

  it('is all that the session used meanwhile, subagents included, and starts anew with the next turn', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    expect(turn(meter, 10, 30)).toEqual(much(30));
    expect(turn(meter, 40)).toEqual(much(10));
  });

  it('does not hold what a resumed session used before', () => {
    const meter = new UsageMeter();
    meter.opened('s1');
    expect(turn(meter, 1000)).toEqual({ ...OWN, costUsd: 0 });
    expect(turn(meter, 1020)).toEqual(much(20));
  });

  it('goes on being counted when the same session is opened again', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    meter.named('s1');
    turn(meter, 20);
    meter.opened('s1');
    expect(turn(meter, 50)).toEqual(much(30));
  });

  it('is the whole total of a session that has begun to count anew, because its last child was killed', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    meter.named('s1');
    turn(meter, 1000);
    meter.opened('s1');
    expect(turn(meter, 100)).toEqual(much(100));
    expect(turn(meter, 120)).toEqual(much(20));
  });

  it('is never less than what the main thread used', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    meter.named('s1');
    turn(meter, 50);
    meter.opened('s1');
    expect(turn(meter, 51)).toMatchObject({ inputTokens: 10 });
  });

  it('does not grow by all that was before when a crash told a total of nothing', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    meter.named('s1');
    turn(meter, 1000);
    turn(meter, 0);
    meter.opened('s1');
    expect(turn(meter, 1010)).toEqual(much(10));
  });

  it('does not either when that was the first total of a resumed session', () => {
    const meter = new UsageMeter();
    meter.opened('s1');
    turn(meter, 0);
    expect(turn(meter, 1010)).toEqual({ ...OWN, costUsd: 0 });
  });
});
