/** What came of a drill. */
import type { Tier } from '../../contracts/incident.ts';
import type { Drill, Manager } from './drill.ts';
import type { Limits } from './limits.ts';

export type Report = {
  name: string;
  manager: Manager;
  rows: readonly number[];
  tier: Tier | null;
  /** Seconds from the fault to its first being seen, and to the look with which its last incident was over. */
  detectedAfter: number | null;
  healedAfter: number | null;
  /** What these may be on a machine that has nothing else to do. */
  limits: Limits;
  lost: number;
  answeredTwice: number;
  pages: number;
  /** `slow`: all is as it must be, but a limit was missed. */
  verdict: 'passed' | 'slow' | 'failed' | 'skipped';
  /** Why not passed; null when it did. */
  why: string | null;
  seconds: number;
};

const NOTHING_SEEN = {
  ...{ tier: null, detectedAfter: null, healedAfter: null },
  limits: { detectedAfter: null, healedAfter: null },
  ...{ lost: 0, answeredTwice: 0, pages: 0 },
};

/** The report of a drill that came to no end of its own. */
export function brokenOff(
  { name, rows }: Drill,
  manager: Manager,
  why: string,
  verdict: 'failed' | 'skipped' = 'failed',
): Report {
  return { name, manager, rows, ...NOTHING_SEEN, verdict, why, seconds: 0 };
}
