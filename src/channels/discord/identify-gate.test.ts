import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { settle } from '../../../tests/fakes/settle.ts';
import { IdentifyGate, identifyWaitMs } from './identify-gate.ts';

const HOUR_MS = 3_600_000;
const limit = (remaining: number) => ({
  total: 1000,
  remaining,
  reset_after: 10 * HOUR_MS,
  max_concurrency: 1,
});

it.each([
  [1000, 0],
  [101, 0],
  [100, 360_000],
  [10, HOUR_MS],
  [1, 10 * HOUR_MS],
  [0, 10 * HOUR_MS],
])('with %i of 1000 starts left for ten hours the next one waits %i ms', (remaining, ms) => {
  expect(identifyWaitMs(limit(remaining))).toBe(ms);
});

describe('the gate', () => {
  let clock: FakeClock;
  let asked: number;
  let held: number[];
  let remaining: number | Error;
  let gate: IdentifyGate;
  let passed: boolean;
  const pass = (signal = new AbortController().signal) =>
    gate.pass(signal).then(() => {
      passed = true;
    });

  beforeEach(() => {
    clock = new FakeClock();
    [asked, held, remaining, passed] = [0, [], 1000, false];
    gate = new IdentifyGate({
      clock,
      onHeld: (ms) => void held.push(ms),
      async ask() {
        asked += 1;
        if (remaining instanceof Error) throw remaining;
        return limit(remaining);
      },
    });
  });

  it('lets pass at once while plenty are left, asking each time', async () => {
    await pass();
    await pass();
    expect([asked, held]).toEqual([2, []]);
  });

  it('lets pass when Discord cannot be asked', async () => {
    remaining = new Error('offline');
    await pass();
    expect(passed).toBe(true);
  });

  it('lets nobody pass who has given up meanwhile, and asks the next time', async () => {
    remaining = new Error('offline');
    const given = AbortSignal.abort(new Error('closed'));
    await expect(pass(given)).rejects.toThrow('closed');
    await pass();
    expect([passed, asked]).toEqual([true, 2]);
  });

  it('holds back while few are left, and says for how long', async () => {
    remaining = 10;
    const passing = pass();
    await settle();
    clock.advance(HOUR_MS - 1);
    await settle();
    expect([passed, held]).toEqual([false, [HOUR_MS]]);
    clock.advance(1);
    await passing;
    expect(passed).toBe(true);
  });

  it('does not begin to wait anew when the connection breaks meanwhile', async () => {
    remaining = 10;
    const first = new AbortController();
    const broken = pass(first.signal).catch((error: Error) => error.message);
    await settle();
    clock.advance(HOUR_MS / 2);
    first.abort(new Error('closed'));
    expect(await broken).toBe('closed');
    const passing = pass();
    await settle();
    clock.advance(HOUR_MS / 2);
    await passing;
    expect([passed, asked, held]).toEqual([true, 1, [HOUR_MS, HOUR_MS / 2]]);
  });
});
