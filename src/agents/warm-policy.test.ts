import { describe, expect, it } from 'vitest';
import {
  type Activity,
  type AgentRest,
  capacityOf,
  evictedForOneMore,
  IDLE_AGENT_BYTES,
  nextToWarm,
  wantedWarm,
} from './warm-policy.ts';

const GIB = 1024 ** 3;
const HOUR = 3600_000;
const NOW = 1_700_000_000_000;
const ago = (folder: string, hours: number): Activity => ({ folder, at: NOW - hours * HOUR });
const idle = (folder: string, idleSince: number): AgentRest => ({ folder, idleSince });
const busy = (folder: string): AgentRest => ({ folder, idleSince: null });

describe('capacityOf', () => {
  it.each([
    ['a machine smaller than one agent', IDLE_AGENT_BYTES / 2, 1],
    ['2 GiB', 2 * GIB, 1],
    ['4 GiB', 4 * GIB, 2],
    ['23 GiB', 23 * GIB, 14],
  ])('gives agents without work a quarter of the memory of %s', (_what, memory, agents) => {
    expect(capacityOf(memory)).toBe(agents);
  });
});

describe('wantedWarm', () => {
  const folders = new Set(['main', 'a', 'b', 'c', 'd', 'e']);
  const want = (activity: Activity[], capacity = 10, registered: Set<string> = folders) =>
    wantedWarm({ folders: registered, activity, now: NOW, capacity });

  it('wants main when nothing was ever asked', () => {
    expect(want([])).toEqual(['main']);
  });

  it('wants main first, then who was active last', () => {
    expect(want([ago('b', 5), ago('main', 60), ago('a', 1)])).toEqual(['main', 'a', 'b']);
  });

  it('wants no group that is gone or was silent for days', () => {
    expect(want([ago('left', 1), ago('a', 71), ago('b', 73)])).toEqual(['main', 'a']);
  });

  it('wants no more than fit, and never a crowd', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((folder, index) => ago(folder, index));
    expect(want(all, 2)).toEqual(['main', 'a']);
    expect(want(all, 100)).toEqual(['main', 'a', 'b', 'c']);
  });
});

describe('nextToWarm', () => {
  it.each([
    ['the most wanted that is not there', [idle('main', 0)], 4, 'a'],
    ['nothing when all are there', [idle('a', 0), idle('main', 0)], 4, null],
    ['nothing while an agent works', [busy('z')], 4, null],
    ['nothing when there is no room', [idle('z', 0)], 1, null],
  ])('starts %s', (_what, live, capacity, next) => {
    expect(nextToWarm(['main', 'a'], live, capacity)).toBe(next);
  });
});

describe('evictedForOneMore', () => {
  it.each([
    ['nobody while there is room', [idle('a', 1)], 2, []],
    ['who was used longest ago', [idle('a', 5), idle('b', 1), idle('c', 9)], 3, ['b']],
    ['main last', [idle('main', 0), idle('a', 5)], 2, ['a']],
    ['main too, when it is the only idle one', [idle('main', 0), busy('a')], 2, ['main']],
    ['no agent that works', [busy('a'), busy('b')], 2, []],
    ['as many as are too many', [idle('a', 1), idle('b', 2), busy('c')], 2, ['a', 'b']],
  ])('ends %s', (_what, live, capacity, ended) => {
    expect(evictedForOneMore(live, capacity)).toEqual(ended);
  });
});
