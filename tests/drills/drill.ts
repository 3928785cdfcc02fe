/** What a drill is: one fault, brought about for real in an installation of its own, and what must come of it. */
import type { Cause, Tier } from '../../contracts/incident.ts';
import type { SceneOptions } from './open-scene.ts';
import type { Scene } from './scene.ts';

/** Who starts the orchestrator: the supervisor itself, or systemd. */
export type Manager = 'child' | 'systemd';

export type Drill = {
  /** What a person types: words with dashes. */
  name: string;
  /** Numbers of the fault list that it covers. */
  rows: readonly number[];
  /** The fault and what a user must see, one line. */
  about: string;
  /**
   * Without it the drill is skipped: mounting file systems takes root's rights (`sudo` without a password will do), some
   * a service that is root's own, containers take an engine, a network to be cut takes root and util-linux.
   */
  needs?: 'root' | 'sudo' | 'docker' | 'network';
  scene?: SceneOptions;
  expected: Expected;
  /** Injects the fault and waits for its end. @throws DrillError when something is not as it must be */
  run(scene: Scene): Promise<void>;
};

export type Expected = {
  /**
   * One incident each, oldest first; none for what must not count as a fault. Several where chance decides which sign of
   * the fault is seen first.
   */
  causes: readonly (Cause | readonly Cause[])[];
  /** The highest tier that acted. */
  tier: Tier | null;
  /** Messages that ring, without notices and edits. */
  pages: number;
  /** The supervisor was down as well: the next one sees it, and its start counts. */
  seenByNext?: boolean;
  /** What the fault itself lasts before it can be seen in full, seconds. */
  lasts?: number;
  /** The platform itself brought the questions in another order. */
  anyOrder?: boolean;
};

/** Something is not as it must be. */
export class DrillError extends Error {
  readonly code = 'DRILL_FAILED';
}

/** @throws DrillError */
export function check(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new DrillError(otherwise);
}
