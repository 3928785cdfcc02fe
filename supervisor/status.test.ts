import { expect, test } from 'vitest';
import { Timeline } from './decide/testing.ts';
import { defaultPolicy } from './policy.ts';
import { toStatus } from './status.ts';

function nextOf(t: Timeline): string | null {
  const supervisor = { pid: 1, version: '1', startedAt: 0, manager: 'child' } as const;
  const facts = { supervisor, readiness: null, incidents: [], emergencySandbox: null, pagerConfigured: true };
  return toStatus({ state: t.state, now: { mono: t.at, wall: 0 }, policy: defaultPolicy(), ...facts }).next;
}

const CALM =
  /^it keeps coming back: closed after 2\d more minutes of calm, or when somebody acknowledges it \(nanoclaw incidents ack\)$/;

test('an incident that keeps coming back says why it is still open, and what ends it', () => {
  const t = new Timeline().up();
  for (let time = 0; time < 4; time += 1) {
    t.crash();
    t.pass(75);
  }
  t.pass(300);
  expect(nextOf(t)).toMatch(CALM);
});

test('one about a part does so too', () => {
  const t = new Timeline().up();
  t.remedies = 'done';
  for (let time = 0; time < 4; time += 1) {
    t.look('image_missing', 'bad', 2);
    t.look('image_missing', 'good', 3);
  }
  expect(nextOf(t)).toMatch(CALM);
});

test('one that is over in a minute says so', () => {
  const t = new Timeline().up();
  t.crash();
  t.pass(5);
  expect(nextOf(t)).toBe('closing the incident once it has stayed healthy');
});
