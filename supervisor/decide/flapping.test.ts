/** Timelines of faults that come back. */
import { describe, expect, test } from 'vitest';
import { Timeline } from './testing.ts';

describe('what comes back a fourth time within the hour', () => {
  const crashOnce = (t: Timeline) => {
    t.crash();
    t.pass(75);
  };
  const flapping = () => {
    const t = new Timeline().up();
    for (let time = 0; time < 4; time += 1) crashOnce(t);
    expect([t.of('page').length, t.incident?.flap?.faults]).toEqual([1, 0]);
    return t;
  };
  const kinds = (t: Timeline) => t.of('page').map(({ notice }) => notice.kind);

  test('pages once, stays open until calm, and is digested', () => {
    const t = flapping();
    for (let time = 0; time < 19; time += 1) {
      t.pass(130);
      crashOnce(t);
    }
    expect(kinds(t)).toEqual(['page', 'repage', 'notice']);
    t.pass(1900);
    expect(t.state.incidents).toEqual([]);
    expect(kinds(t).at(-1)).toBe('resolved');
    expect(t.metrics('recovery')).toHaveLength(4);
  });

  test('says in its last message how often it came back, however soon that is', () => {
    const t = flapping();
    for (let time = 0; time < 3; time += 1) crashOnce(t);
    t.pass(1900);
    expect(kinds(t)).toEqual(['page', 'repage', 'resolved']);
    expect(t.of('page').at(-1)?.notice.detail).toContain('it came back 3 times');
  });

  test('counts the returns of a part too', () => {
    const t = new Timeline().up();
    t.remedies = 'done';
    const loseImage = () => {
      t.look('image_missing', 'bad', 2);
      t.look('image_missing', 'good', 3);
    };
    for (let time = 0; time < 5; time += 1) loseImage();
    expect(t.incident?.flap?.faults).toBe(1);
  });

  test.each(['acknowledge', 'resume'] as const)('is over a minute after somebody says %s', (verb) => {
    const t = flapping();
    t.pass(300);
    expect(t.incident).not.toBeNull();
    t.tell({ kind: 'operator', verb, by: 'kim' });
    t.pass(10);
    expect(t.incident).toBeNull();
    expect(kinds(t)).toEqual(['page', 'resolved']);
    expect(t.events().some((event) => event.type === 'evidence' && event.text.includes('kim'))).toBe(true);
  });

  test('calls nobody again at once who has seen to it: it is the first of a new count', () => {
    const t = flapping();
    t.tell({ kind: 'operator', verb: 'acknowledge', by: 'kim' });
    t.pass(70);
    for (let time = 0; time < 2; time += 1) crashOnce(t);
    expect(kinds(t).filter((kind) => kind === 'page')).toHaveLength(1);
    crashOnce(t);
    expect(kinds(t).filter((kind) => kind === 'page')).toHaveLength(2);
  });
});
