/** The healing policy: one JSON file, every number optional. A broken file falls back to the defaults. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Policy } from './decide/policy.ts';

/** Timers hold at most 2^31 ms; a month is beyond any sensible wait. */
const seconds = z
  .number()
  .positive()
  .max(30 * 86_400);
const wait = z
  .number()
  .nonnegative()
  .max(30 * 86_400);

/** RuntimeMaxSec of systemd/nanoclaw-emergency.service: a session that counted on more would be cut off in the middle. */
export const SESSION_LIMIT_SECONDS = 1800;

const policySchema = z.strictObject({
  // Beats come once a second: with less, one that is late would be a hang.
  hang: z.strictObject({ limitSeconds: seconds.min(2).default(10) }).prefault({}),
  health: z
    .strictObject({
      intervalSeconds: seconds.default(5),
      timeoutSeconds: seconds.default(2),
      failures: z.number().int().positive().default(3),
      recheckMs: z.number().positive().default(250),
    })
    .prefault({}),
  start: z.strictObject({ stuckSeconds: seconds.default(60) }).prefault({}),
  stop: z
    .strictObject({ killAfterSeconds: seconds.default(3), drainSeconds: seconds.default(35) })
    .prefault({}),
  restart: z
    .strictObject({
      backoffSeconds: z.array(wait).min(1).default([0, 1, 2, 5, 10, 30, 60]),
      jitter: z.number().min(0).max(1).default(0.2),
      budget: z.number().int().nonnegative().default(5),
      windowSeconds: seconds.default(300),
    })
    .prefault({}),
  unanswered: z
    // Five minutes cover the longest retry of a turn.
    .strictObject({ idleSeconds: seconds.default(300), busySeconds: seconds.nullable().default(null) })
    .prefault({}),
  remedy: z.strictObject({ limitSeconds: seconds.default(1200) }).prefault({}),
  emergency: z
    .strictObject({
      limitSeconds: seconds.default(SESSION_LIMIT_SECONDS),
      perDay: z.number().int().nonnegative().default(3),
      apartSeconds: wait.default(3600),
      /** What one session may take; the money is counted at the API's prices, whoever pays. */
      maxTurns: z.number().int().positive().default(80),
      maxUsd: z.number().positive().default(5),
      /** No word from the session and no verb at work for this long: it hangs. */
      silentSeconds: seconds.default(300),
      tries: z.number().int().nonnegative().default(5),
      /** Good looks in a row that make a fix worth keeping, and the wait between them. */
      goodLooks: z.number().int().positive().default(3),
      lookSeconds: seconds.default(2),
      /** How long a fixed service may take to be found well. */
      proveSeconds: seconds.default(120),
      /** How long a test question that goes the whole way may take; 0 = none is asked. */
      canarySeconds: wait.default(90),
    })
    .prefault({}),
  stableSeconds: seconds.default(60),
  flap: z
    .strictObject({
      count: z.number().int().positive().default(3),
      windowSeconds: seconds.default(3600),
      calmSeconds: seconds.default(1800),
      digestSeconds: seconds.default(3600),
    })
    .prefault({}),
  notices: z
    .strictObject({
      on: z.boolean().default(true),
      fromTier: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(2),
    })
    .prefault({}),
  deployLimitSeconds: seconds.default(7200),
  page: z.strictObject({ repeatSeconds: z.array(seconds).min(1).default([1800, 7200, 21_600]) }).prefault({}),
  adoptSeconds: seconds.default(2),
  /** The intervals of all probes times this: below 1 they look more often. */
  probePace: z.number().positive().default(1),
  /** Program and arguments of what is supervised; null = the orchestrator beside this bundle. */
  supervisedCommand: z.array(z.string().min(1)).min(1).nullable().default(null),
}) satisfies z.ZodType<Policy>;

export type HealingPolicy = z.infer<typeof policySchema>;

export function defaultPolicy(): HealingPolicy {
  return policySchema.parse({});
}

/** Reads the file; every problem is one sentence and the policy is then the default one. */
export function loadPolicy(path: string | null): { policy: HealingPolicy; problems: string[] } {
  if (path === null) return { policy: defaultPolicy(), problems: [] };
  const refused = (why: string) => ({
    policy: defaultPolicy(),
    problems: [`HEALING_POLICY ${path}: ${why}; the defaults are used`],
  });
  try {
    const parsed = policySchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return withSessionLimit(path, parsed.data);
    return refused(parsed.error.issues.map((i) => `${i.path.join('.') || 'file'}: ${i.message}`).join('; '));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

/** Too much time for a session is no reason to drop all else that the file says. */
function withSessionLimit(
  path: string,
  policy: HealingPolicy,
): { policy: HealingPolicy; problems: string[] } {
  const { emergency } = policy;
  if (emergency.limitSeconds <= SESSION_LIMIT_SECONDS) return { policy, problems: [] };
  const limitSeconds = SESSION_LIMIT_SECONDS;
  const problem = `HEALING_POLICY ${path}: emergency.limitSeconds is ${emergency.limitSeconds}, but no session has more than ${limitSeconds}; that is used`;
  return { policy: { ...policy, emergency: { ...emergency, limitSeconds } }, problems: [problem] };
}
