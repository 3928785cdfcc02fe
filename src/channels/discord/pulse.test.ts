import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../../tests/fakes/clock.ts';
import { Pulse } from './pulse.ts';

let clock: FakeClock;
let pulse: Pulse;
let deaf: number[];

beforeEach(() => {
  clock = new FakeClock();
  deaf = [];
  pulse = new Pulse(clock, (silentMs) => void deaf.push(silentMs));
});

it('nothing at all for two heartbeats is a deaf channel, said once', () => {
  pulse.start();
  clock.advance(82_499);
  expect(deaf).toEqual([]);
  clock.advance(1);
  expect(deaf).toEqual([82_500]);
  clock.advance(600_000);
  expect(deaf).toHaveLength(1);
});

it('a quiet channel whose heartbeats are answered is fine for hours', () => {
  pulse.start();
  for (let beat = 0; beat < 500; beat += 1) {
    clock.advance(41_250);
    pulse.heard();
  }
  expect(deaf).toEqual([]);
});

it('goes by the heartbeat that Discord asked for', () => {
  pulse.start();
  pulse.beatsEvery(500);
  clock.advance(900);
  pulse.heard();
  clock.advance(999);
  expect(deaf).toEqual([]);
  clock.advance(1);
  expect(deaf).toEqual([1000]);
});

it('a connection that is not there is not listened to', () => {
  pulse.start();
  pulse.stop();
  pulse.stop();
  clock.advance(600_000);
  pulse.beatsEvery(500);
  clock.advance(600_000);
  expect(deaf).toEqual([]);
});

it('can be listened to again', () => {
  pulse.start();
  clock.advance(82_500);
  pulse.start();
  clock.advance(82_500);
  expect(deaf).toHaveLength(2);
});
