/** What must be known of a session to go on with it after the supervisor was replaced. */
import * as z from 'zod';
import type { ActionOf } from '../../../contracts/action.ts';
import type { DurableFile } from '../../../supervisor/ports/records.ts';
import { snapshotSchema } from '../trial/snapshot.ts';

export const WAY_NAMES = ['subscription', 'prepaid_key', 'copilot'] as const;
export type WayName = (typeof WAY_NAMES)[number];

export const SANDBOX_KINDS = ['unit', 'bubblewrap', 'container'] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

const credential = z.object({ kind: z.enum(['oauth', 'api_key']), value: z.string() });

export const sessionStateSchema = z.object({
  incident: z.string(),
  /** Which session of this incident; those of older supervisors were the first. */
  number: z.number().default(1),
  /** Wall clock, milliseconds since the epoch. */
  openedAt: z.number(),
  deadline: z.number(),
  /** Which way to the model is used, counted from 1, and those that failed with their reason. */
  leg: z.number(),
  way: z.enum(WAY_NAMES).nullable(),
  failedWays: z.array(z.object({ way: z.enum(WAY_NAMES), reason: z.string() })),
  placeholder: credential.nullable(),
  /** Where it runs; those of older supervisors were all in bubblewrap. */
  sandbox: z.enum(SANDBOX_KINDS).default('bubblewrap'),
  /** The process whose end is the session's (of a container `birth` is its id); null while it is being started. */
  process: z.object({ pid: z.number(), birth: z.string().nullable() }).nullable(),
  /** The fault in one line; empty in those of older supervisors. */
  symptom: z.string().default(''),
  /** Fixes tried, kept, and remedies that did something. */
  tries: z.number(),
  kept: z.number(),
  remedies: z.number(),
  /** Paths of the last fix that was kept. */
  fix: z.array(z.string()),
  /** What showed that it helps. */
  proof: z.string().default(''),
  /** Its name, where it was kept for later cases; and that of a known fix that was tried before any model was asked. */
  fixId: z.string().nullable().default(null),
  knownFix: z.string().nullable().default(null),
  /** A fix is being tried: what to put back, and whether the service ran before. */
  trial: z.object({ number: z.number(), snapshot: snapshotSchema.nullable(), ran: z.boolean() }).nullable(),
  /** On the present way, as the forwarder saw it; and what the ways before it took. */
  paidUsd: z.number().default(0),
  spent: z.object({ turns: z.number(), costUsd: z.number() }),
  /** How it ended; null while it is at work. */
  over: z.object({ outcome: z.enum(['done', 'failed', 'unavailable']), detail: z.string() }).nullable(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

/** Null when there is none, or none that can be read: then there is nothing that could be adopted. */
export function readSession(file: DurableFile): SessionState | null {
  const text = file.read();
  if (text === null) return null;
  try {
    const parsed = sessionStateSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // torn by hand: written whole or not at all by us
  }
}

type FreshOrder = Pick<ActionOf<'start_emergency'>, 'incident' | 'number' | 'limitSeconds'>;

/** @param now wall clock, milliseconds */
export function freshSession(
  { incident, number, limitSeconds }: FreshOrder,
  now: number,
  symptom: string,
): SessionState {
  return {
    ...{ incident, number },
    openedAt: now,
    deadline: now + limitSeconds * 1000,
    leg: 0,
    way: null,
    failedWays: [],
    placeholder: null,
    sandbox: 'bubblewrap',
    process: null,
    symptom,
    tries: 0,
    kept: 0,
    remedies: 0,
    fix: [],
    proof: '',
    fixId: null,
    knownFix: null,
    trial: null,
    paidUsd: 0,
    spent: { turns: 0, costUsd: 0 },
    over: null,
  };
}
