import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { HangWatch, PULSE_LIMIT_MS } from './hang-watch.ts';

const PULSE_EVERY_MS = 5000;
const QUIET_LIMIT_MS = 3 * 60_000;

let clock: FakeClock;
let askedAt: number | null;
let hangs: string[];
let watch: HangWatch;

beforeEach(() => {
  clock = new FakeClock();
  askedAt = null;
  hangs = [];
  const onHang = (cause: string, why: string) => hangs.push(`${cause}: ${why}`);
  watch = new HangWatch({ askedAt: () => askedAt, quietLimitMs: QUIET_LIMIT_MS, onHang, clock });
  watch.meet({ pulseMs: PULSE_EVERY_MS });
});

/** Lets a runner pulse; `quiet` tells whether Claude Code says nothing meanwhile. */
function pulseFor(ms: number, quiet: 'quiet' | 'tool runs', isAsking = false): void {
  for (let passed = PULSE_EVERY_MS; passed <= ms; passed += PULSE_EVERY_MS) {
    clock.advance(PULSE_EVERY_MS);
    if (isAsking) askedAt = clock.monotonic();
    watch.pulse({ type: 'pulse', quietMs: quiet === 'quiet' ? passed : null });
  }
}

it('knows a runner that gives no sign of life any more', () => {
  watch.start();
  clock.advance(3_600_000);
  watch.pulse({ type: 'pulse', quietMs: null });
  clock.advance(PULSE_LIMIT_MS - 1);
  expect(hangs).toEqual([]);
  clock.advance(5001);
  expect(hangs).toEqual(['hang: its runner gives no sign of life']);
});

it('knows a Claude Code that does nothing at all', () => {
  watch.start();
  pulseFor(QUIET_LIMIT_MS + PULSE_EVERY_MS, 'quiet');
  clock.advance(PULSE_EVERY_MS);
  expect(hangs).toEqual(['stuck: Claude Code does nothing: it asks no model and runs no tool']);
});

it.each([
  ['a command runs for an hour', 'tool runs', false],
  ['the model thinks for an hour', 'quiet', true],
] as const)('leaves an agent alone while %s', (_while, quiet, isAsking) => {
  watch.start();
  pulseFor(3_600_000, quiet, isAsking);
  expect(hangs).toEqual([]);
});

it('counts from the model’s last word, not from Claude Code’s', () => {
  watch.start();
  pulseFor(QUIET_LIMIT_MS * 2, 'quiet', true);
  pulseFor(QUIET_LIMIT_MS - PULSE_EVERY_MS, 'tool runs');
  expect(hangs).toEqual([]);
});

it('does not hold against a runner that we ourselves stood still', () => {
  const asleep = clock.after;
  const due: Array<() => void> = [];
  clock.after = (ms, callback) => {
    due.push(callback);
    return asleep(ms, () => undefined);
  };
  watch.start();
  watch.expect();
  clock.advance(10 * 60_000);
  due[0]?.();
  expect(hangs).toEqual([]);
});

it('knows one that never gave a sign, once it was to be expected', () => {
  watch.start();
  clock.advance(3_600_000);
  expect(hangs).toEqual([]);
  watch.expect();
  clock.advance(PULSE_LIMIT_MS + PULSE_EVERY_MS);
  expect(hangs).toHaveLength(1);
});

it('expects no sign of a runner that never gives one', () => {
  watch.meet({});
  watch.start();
  watch.expect();
  clock.advance(3_600_000);
  expect(hangs).toEqual([]);
});

it('tells what the agent is at, and nothing of the turn before', () => {
  watch.start();
  watch.pulse({ type: 'pulse', quietMs: null, doing: 'command' });
  expect(watch.doing).toBe('command');
  watch.start();
  expect(watch.doing).toBeNull();
});

it('says nothing after it was stopped', () => {
  watch.start();
  watch.expect();
  watch.stop();
  clock.advance(3_600_000);
  expect(hangs).toEqual([]);
});
