import { describe, expect, it } from 'vitest';
import { findStandstill, type LaneView } from './standstill.ts';

const MINUTE = 60_000;
const LIMIT = 30 * MINUTE;
const lane = (folder: string, more: Partial<LaneView> = {}): LaneView => ({
  ...{ folder, attempt: null, isQueued: false, restMs: 300 * MINUTE },
  ...more,
});
const working = (folder: string, minutes: number) =>
  lane(folder, { attempt: { ageMs: minutes * MINUTE, limitMs: LIMIT } });
const asks = (folder: string, minutes: number) => ({ folder, ageMs: minutes * MINUTE });

/** Case, who waits, lanes, minutes since turns are taken → minutes idle, minutes of the attempt, whose it is. */
type Row = [
  string,
  ReturnType<typeof asks>[],
  LaneView[],
  number,
  number | null,
  number | null,
  string | null,
];
const TABLE: Row[] = [
  ['nobody waits, nothing runs', [], [lane('a')], 99, null, null, null],
  ['a question that nobody takes up', [asks('a', 6)], [lane('a')], 99, 6, null, 'a'],
  ['one in a group that was never woken', [asks('a', 6)], [], 99, 6, null, 'a'],
  ['an old question whose second attempt is young', [asks('a', 50)], [working('a', 1)], 99, null, 1, 'a'],
  [
    'an old question whose attempt has just failed',
    [asks('a', 50)],
    [lane('a', { restMs: MINUTE })],
    99,
    1,
    null,
    'a',
  ],
  ['an old question after a restart', [asks('a', 50)], [], 2, 2, null, 'a'],
  ['an attempt past its limit', [asks('a', 50)], [working('a', 40)], 99, null, 40, 'a'],
  ['a task past its limit, for which nobody waits', [], [working('a', 40)], 99, null, 40, 'a'],
  [
    'a question that waits for a slot while others work',
    [asks('a', 50)],
    [lane('a', { isQueued: true }), working('b', 3)],
    99,
    null,
    3,
    'b',
  ],
  [
    'one that waits for a slot that nobody holds',
    [asks('a', 50)],
    [lane('a', { isQueued: true })],
    99,
    50,
    null,
    'a',
  ],
  [
    'a group that stands still beside one that works lawfully: its agent is not the one to stop',
    [asks('a', 6), asks('b', 25)],
    [lane('a'), working('b', 25)],
    ...([99, 6, 25, 'a'] as const),
  ],
];

describe('what stands still', () => {
  it.each(TABLE)('%s', (_case, waiting, lanes, openMinutes, idle, attempt, folder) => {
    const found = findStandstill(waiting, lanes, openMinutes * MINUTE);
    expect(found).toEqual({
      folder,
      idleMs: idle === null ? null : idle * MINUTE,
      attempt: attempt === null ? null : { ageMs: attempt * MINUTE, limitMs: LIMIT },
    });
  });

  it('is not made negative by a platform whose clock is ahead', () => {
    expect(findStandstill([{ folder: 'a', ageMs: -5 }], [], MINUTE).idleMs).toBe(0);
  });
});
