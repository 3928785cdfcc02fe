import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock.ts';
import { Alarm, LOOK_AGAIN_MS } from './alarm.ts';

const DAY_MS = 86_400_000;
let clock: FakeClock;
let heard: string[];
let alarm: Alarm;

beforeEach(() => {
  clock = new FakeClock();
  heard = [];
  alarm = new Alarm({ clock, onDue: () => heard.push('due'), onSetBack: () => heard.push('set back') });
});

it('comes at its time, to the millisecond, and once', () => {
  alarm.set(clock.now() + 90_500);
  clock.advance(90_499);
  expect(heard).toEqual([]);
  clock.advance(1);
  clock.advance(DAY_MS);
  expect(heard).toEqual(['due']);
});

it('comes at once when its time has passed', () => {
  alarm.set(clock.now() - DAY_MS);
  clock.advance(0);
  expect(heard).toEqual(['due']);
});

it('comes at its time however far that is, beyond what a timer can hold', () => {
  const far = 40 * DAY_MS;
  alarm.set(clock.now() + far);
  clock.advance(far - 1);
  expect(heard).toEqual([]);
  clock.advance(1);
  expect(heard).toEqual(['due']);
});

it('comes within a minute when the wall clock is set forward over its time', () => {
  alarm.set(clock.now() + DAY_MS / 2);
  clock.set(DAY_MS);
  clock.advance(LOOK_AGAIN_MS);
  expect(heard).toEqual(['due']);
});

it('tells within a minute that the wall clock was set back', () => {
  alarm.set(clock.now() + DAY_MS / 2);
  clock.set(-DAY_MS);
  clock.advance(LOOK_AGAIN_MS);
  expect(heard).toEqual(['set back']);
});

it('takes a correction of a few milliseconds for nothing', () => {
  alarm.set(clock.now() + 30_000);
  clock.set(-40);
  clock.advance(30_000);
  expect(heard).toEqual([]);
  clock.advance(40);
  expect(heard).toEqual(['due']);
});

it('is silent when nothing is due, and after it was stopped', () => {
  alarm.set(clock.now() + 1000);
  alarm.set(null);
  expect(clock.untilTimer).toBeNull();
  alarm.stop();
  alarm.set(clock.now());
  clock.advance(DAY_MS);
  expect(heard).toEqual([]);
});
