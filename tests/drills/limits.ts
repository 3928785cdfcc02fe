/**
 * How soon a fault must be seen and healed on a machine that has nothing else to do. A drill that takes longer is slow,
 * which fails it only where asked (--strict): on a loaded machine the figures are the load's.
 *
 * The time a start takes is the machine's, not ours: it is measured when the installation opens, in the same run.
 */
import type { Cause } from '../../contracts/incident.ts';
import type { Drill } from './drill.ts';
import { DRILL_POLICY } from './open-scene.ts';

/** Seconds; null where nothing can be asked: without an incident, or where a person's or a platform's time counts too. */
export type Limits = { detectedAfter: number | null; healedAfter: number | null };

const { health, probePace } = DRILL_POLICY;
/** An order that lies in a file (inject.mjs) is found so late. */
const ORDER_SECONDS = 0.05;
/** What tells of a crash takes 10 ms, and dying takes some. */
const CRASH_SECONDS = ORDER_SECONDS + 0.1;
/** What the leak takes to fill the memory. */
const LEAK_SECONDS = 3;
/** A hang is seen so much after the limit of the policy. */
const HANG_SECONDS = 0.25;
/** Two looks of a probe with this interval, after which a fault counts. */
const probed = (intervalSeconds: number) => 2 * intervalSeconds * probePace + 1;
/** What three looks take beside their waits: a connection, a short answer, a line in a file. */
const ANSWERS_SECONDS = 0.1;
/**
 * Three looks at the health: the first with the round, the second soon after it, which tells a slip from a fault; the third
 * with the next round, which tells one that passes from one that lasts.
 */
const LOOKS_SECONDS = ORDER_SECONDS + 2 * health.intervalSeconds + health.recheckMs / 1000 + ANSWERS_SECONDS;
/** Beats tell how long a question has waited. */
const STANDSTILL_SECONDS = 1;

type Policy = { hang: { limitSeconds: number }; unanswered: { idleSeconds: number } };

/** From the fault to the first sight of it. Intervals: supervisor/probes. */
const SEEN: Partial<Record<Cause, (policy: Policy) => number>> = {
  crash: () => CRASH_SECONDS,
  hang: ({ hang }) => hang.limitSeconds + HANG_SECONDS,
  not_ready: () => LOOKS_SECONDS,
  unreachable: () => LOOKS_SECONDS + 3 * health.timeoutSeconds,
  unanswered: ({ unanswered }) => unanswered.idleSeconds + LOOKS_SECONDS + STANDSTILL_SECONDS,
  memory_leak: () => LEAK_SECONDS + probed(30),
  config_broken: () => probed(10),
  docker_down: () => probed(15),
  disk_full: () => probed(30),
};
/** Remedies that run as a program of their own, and a look at what they did, in starts of the service. */
const REMEDY_STARTS = 3;
/** Two looks at the health until the service counts as up again. */
const SETTLE_SECONDS = 2 * health.intervalSeconds;

/** @param startSeconds what the installation took to open */
export function limitsOf({ scene, expected }: Drill, startSeconds: number | null): Limits {
  const [cause, ...others] = expected.causes;
  const policy = { ...DRILL_POLICY, unanswered: { idleSeconds: 0 }, ...scene?.policy } as Policy;
  const seenAfter = typeof cause === 'string' ? SEEN[cause]?.(policy) : undefined;
  if (seenAfter === undefined || startSeconds === null) return { detectedAfter: null, healedAfter: null };
  const detectedAfter = seenAfter + (expected.seenByNext === true ? startSeconds : 0);
  const isHealedAlone = others.length === 0 && (expected.tier === 1 || expected.tier === 2);
  if (!isHealedAlone) return { detectedAfter, healedAfter: null };
  const starts = expected.tier === 1 ? 1 : REMEDY_STARTS;
  const { lasts = 0 } = expected;
  const healing = lasts + starts * startSeconds + SETTLE_SECONDS + DRILL_POLICY.stableSeconds;
  return { detectedAfter, healedAfter: detectedAfter + healing };
}

/** @returns which figures are over their limits; null when none is */
export function lateness({ limits, ...figures }: Limits & { limits: Limits }): string | null {
  const late = (word: string, figure: number | null, limit: number | null) =>
    figure !== null && limit !== null && figure > limit
      ? [`${word} after ${figure.toFixed(2)} s, the limit is ${limit.toFixed(2)} s`]
      : [];
  const all = [
    ...late('seen', figures.detectedAfter, limits.detectedAfter),
    ...late('healed', figures.healedAfter, limits.healedAfter),
  ];
  return all.length === 0 ? null : all.join('; ');
}
