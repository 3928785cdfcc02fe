import { expect, it } from 'vitest';
import { FakeSupervisorClock } from '../tests/fakes/supervisor-clock.ts';
import type { EventBody } from './decide/event.ts';
import { freshState, type State } from './decide/state.ts';
import { sampleService } from './decide/testing.ts';
import { Engine } from './engine.ts';
import { loadPolicy } from './policy.ts';

const BEAT: EventBody = { kind: 'beat', pid: 1, phase: 'ready', progress: 1, loopDelayMs: 0, rssBytes: 1 };

/** An engine whose core only puts its next look off at a tick; `armed` are the waits it has asked the clock for, `heard` what the core got. */
function engineOf(check: number) {
  const clock = new FakeSupervisorClock();
  const armed: number[] = [];
  const heard: EventBody[] = [];
  const service = { ...sampleService('up'), check: clock.now().mono + check } as State['service'];
  const engine = new Engine(
    { ...freshState(clock.now().mono), service },
    {
      clock: {
        now: clock.now,
        after: (ms, run) => {
          armed.push(ms);
          return clock.after(ms, run);
        },
      },
      policy: loadPolicy(null).policy,
      decide: (state, event) => {
        heard.push(event);
        const later = { ...state, service: { ...state.service, check: null } as State['service'] };
        return { state: event.kind === 'tick' ? later : state, steps: [] };
      },
      chance: () => 0,
      execute: () => undefined,
      onChange: () => undefined,
    },
  );
  return { clock, engine, armed, kinds: () => heard.map(({ kind }) => kind) };
}

it('leaves its timer as it is while the next deadline stays the same', () => {
  const { clock, engine, armed, kinds } = engineOf(3000);
  engine.handle(BEAT);
  clock.advance(1000);
  engine.handle(BEAT);
  expect(armed).toEqual([3000]);
  clock.advance(2000);
  expect(kinds()).toEqual(['beat', 'beat', 'tick']);
});

it('tells a stall once, whatever wakes it first', () => {
  const { clock, engine, kinds } = engineOf(3000);
  engine.handle(BEAT);
  clock.stall(3500);
  engine.handle(BEAT);
  engine.handle(BEAT);
  expect(kinds()).toEqual(['beat', 'own_stall', 'beat', 'beat']);
});
