/** What comes of a person's wish for an emergency session. */
import { describe, expect, test } from 'vitest';
import type { SessionRefusal } from '../../contracts/doctor-session.ts';
import { sessionWish } from './person-session.ts';
import { Timeline } from './testing.ts';

const ask = (t: Timeline) => t.tell({ kind: 'operator', verb: 'doctor_session', by: 'kim' });

/** The day's budget is used up and a person was called. */
function spent(): Timeline {
  const t = new Timeline().up();
  t.state = { ...t.state, sessions: [3, 2, 1].map((hours) => t.at - hours * 3_600_000) };
  t.look('image_missing', 'bad', 3);
  expect([t.incident?.step.kind, t.of('start_emergency')]).toEqual(['spent', []]);
  t.session = null;
  return t;
}

describe('a wish for a session', () => {
  test('is granted past the budget, the wait between two, and a session that had its turn', () => {
    const t = spent();
    const incident = t.incident?.id ?? '';
    expect(t.of('start_emergency', ask(t))).toMatchObject([{ incident, number: 1 }]);
    t.tell({ kind: 'emergency_result', incident, outcome: 'failed', detail: '' });
    expect(t.of('start_emergency', ask(t))).toMatchObject([{ incident, number: 2 }]);
    expect(t.state.sessions).toHaveLength(5);
  });

  test('stands in the incident with the name of who asked', () => {
    const t = spent();
    ask(t);
    expect(t.events()).toContainEqual(
      expect.objectContaining({ type: 'decided', tier: 3, reason: 'asked for by kim' }),
    );
  });

  test('for a service that waits for a person: the next page does not start it in the middle', () => {
    const t = new Timeline().up();
    for (let round = 0; round < 12 && t.incident?.step.kind !== 'spent'; round += 1) {
      t.crash();
      t.pass(10);
    }
    if (t.kind !== 'held') t.crash();
    expect([t.kind, t.incident?.step.kind]).toEqual(['held', 'spent']);
    t.session = null;
    ask(t);
    t.tell({ kind: 'session_wants', incident: t.incident?.id ?? '', service: 'stopped', reason: 'fix 1' });
    expect(t.of('start_process', t.pass(1830))).toEqual([]);
  });

  test('of a session under way goes on with the same number in the next supervisor', () => {
    const t = spent();
    ask(t);
    t.tell({ kind: 'operator', verb: 'doctor_session', by: 'lee' });
    const later = new Timeline(t.state);
    later.session = null;
    later.tell({ kind: 'boot', resumed: true, processAlive: true });
    expect(later.of('start_emergency')).toMatchObject([{ number: 1 }]);
  });
});

const REFUSED: [SessionRefusal, () => Timeline][] = [
  ['no_incident', () => new Timeline().up()],
  [
    'session_running',
    () => {
      const t = spent();
      ask(t);
      return t;
    },
  ],
  [
    'not_curable',
    () => {
      const t = new Timeline().up();
      t.look('sign_in_revoked', 'bad', 3);
      return t;
    },
  ],
  [
    'paused',
    () => {
      const t = spent();
      t.tell({ kind: 'operator', verb: 'pause', minutes: 30, by: 'kim' });
      return t;
    },
  ],
  [
    'stopped',
    () => {
      const t = spent();
      t.tell({ kind: 'operator', verb: 'stop', by: 'kim' });
      t.crash(0);
      return t;
    },
  ],
  [
    'still_healing',
    () => {
      const t = new Timeline().up();
      t.crash();
      return t;
    },
  ],
  [
    'still_healing',
    () => {
      const t = spent();
      t.look('image_missing', 'good');
      return t;
    },
  ],
];

test.each(REFUSED)('is refused and begins nothing: %s', (why, world) => {
  const t = world();
  expect(sessionWish(t.state)).toEqual({ granted: false, why });
  expect(t.of('start_emergency', ask(t))).toEqual([]);
});
