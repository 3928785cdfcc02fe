/** `data/auth-state.json`: where the sign-in stands, for the next start, the command line and people. No secrets. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { replaceFile } from '../files/replace-file.ts';
import type { AuthState } from './state.ts';

const token = z.object({
  id: z.string(),
  expiresAt: z.number(),
  refreshable: z.boolean(),
  refreshEndsAt: z.number().nullable(),
});
const why = z.enum(['due', 'refused']);
const failures = z.number().int().nonnegative();

const stateSchema: z.ZodType<AuthState> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('no_login') }),
  z.object({ kind: z.literal('ok'), token, renewed: z.boolean(), since: z.number() }),
  z.object({ kind: z.literal('refreshing'), token, why, failures }),
  z.object({
    kind: z.literal('waiting'),
    token,
    why,
    failures,
    retryAt: z.number(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('resting'), token, why: z.enum(['limited', 'refused']), until: z.number() }),
  z.object({ kind: z.literal('signed_out'), token, why }),
]);

const fileSchema = z.object({
  state: stateSchema,
  inUse: z.enum(['oauth', 'api_key', 'expired', 'none']),
  /** Milliseconds since the epoch; null before the first renewal. */
  lastRefreshAt: z.number().nullable(),
  updatedAt: z.number(),
});
export type SavedAuth = z.infer<typeof fileSchema>;

/** Null when there is none, or none that can be read: the state then grows anew from the credentials file. */
export function loadAuth(path: string): SavedAuth | null {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // none yet, or damaged: nothing in it can't be learnt again
  }
}

/** @throws the file system's error */
export function saveAuth(path: string, saved: SavedAuth): void {
  replaceFile(path, `${JSON.stringify(saved, null, 2)}\n`);
}

/** Where to go on after a restart: a renewal that was under way is begun again, anything else stands. */
export function resume(saved: SavedAuth | null): AuthState {
  if (saved === null) return { kind: 'no_login' };
  const { state } = saved;
  if (state.kind !== 'refreshing') return state;
  return {
    kind: 'waiting',
    token: state.token,
    why: state.why,
    failures: state.failures,
    retryAt: 0,
    reason: 'restarted',
  };
}
