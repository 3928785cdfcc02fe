/**
 * What stands still, at worst: the figures by which the supervisor tells a turn that lasts from one that is lost. The
 * age of a message says neither: its turn may have been begun anew a minute ago. Pure.
 */
import type { Standstill } from '../../contracts/health.ts';

export type LaneView = {
  folder: string;
  /** The attempt under way. */
  attempt: { ageMs: number; limitMs: number } | null;
  /** Its turn waits for a slot. */
  isQueued: boolean;
  /** Since its last attempt ended, or since there is a lane. */
  restMs: number;
};

/** A group with an unanswered mention, and the age of its oldest. */
export type Waiting = { folder: string; ageMs: number };

type Candidate = { folder: string; overdueMs: number; idleMs: number | null; attempt: LaneView['attempt'] };

/** @param openMs how long turns have been taken at all: what waited before that waited for a start */
export function findStandstill(
  waiting: readonly Waiting[],
  lanes: readonly LaneView[],
  openMs: number,
): Standstill {
  const candidates = [...lanes.flatMap(atWork), ...waiting.flatMap((group) => idle(group, lanes, openMs))];
  const worst = candidates.sort((a, b) => b.overdueMs - a.overdueMs);
  return {
    folder: worst[0]?.folder ?? null,
    idleMs: worst.find(({ idleMs }) => idleMs !== null)?.idleMs ?? null,
    attempt: worst.find(({ attempt }) => attempt !== null)?.attempt ?? null,
  };
}

function atWork({ folder, attempt }: LaneView): Candidate[] {
  return attempt === null
    ? []
    : [{ folder, attempt, idleMs: null, overdueMs: attempt.ageMs - attempt.limitMs }];
}

/** A turn that waits for a slot waits for those that run: they are judged, not it. */
function idle({ folder, ageMs }: Waiting, lanes: readonly LaneView[], openMs: number): Candidate[] {
  const lane = lanes.find((candidate) => candidate.folder === folder);
  const isQueued = lane?.isQueued === true && lanes.some(({ attempt }) => attempt !== null);
  if (isQueued || (lane && lane.attempt !== null)) return [];
  const idleMs = Math.max(0, Math.min(ageMs, lane?.restMs ?? openMs, openMs));
  return [{ folder, attempt: null, idleMs, overdueMs: idleMs }];
}
