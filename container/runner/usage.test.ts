import { describe, expect, it } from 'vitest';
import { UsageMeter } from './usage.ts';

const result = (totalCostUsd: number) =>
  ({
    type: 'result',
    inputs: null,
    text: null,
    failure: null,
    inputTokens: 10,
    outputTokens: 2,
    totalCostUsd,
  }) as const;

/** What a turn with these results cost. */
function turn(meter: UsageMeter, ...totals: number[]) {
  for (const total of totals) meter.count(result(total));
  return meter.take();
}

describe('the usage of a turn', () => {
  it('is unknown without a result', () => {
    expect(turn(new UsageMeter())).toBeNull();
  });

  it('sums the results of the turn and starts anew with the next', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    expect(turn(meter, 1, 3)).toEqual({ inputTokens: 20, outputTokens: 4, costUsd: 3 });
    expect(turn(meter, 4)).toEqual({ inputTokens: 10, outputTokens: 2, costUsd: 1 });
  });

  it("does not count a resumed session's earlier money", () => {
    const meter = new UsageMeter();
    meter.opened('s1');
    expect(turn(meter, 100)?.costUsd).toBe(0);
    expect(turn(meter, 101)?.costUsd).toBe(1);
  });

  it('goes on counting when the same session is opened again', () => {
    const meter = new UsageMeter();
    meter.opened(null);
    meter.named('s1');
    turn(meter, 2);
    meter.opened('s1');
    expect(turn(meter, 5)?.costUsd).toBe(3);
  });
});
